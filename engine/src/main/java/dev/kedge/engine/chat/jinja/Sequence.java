package dev.kedge.engine.chat.jinja;

import java.util.List;

/** A list, tuple, range, view of a mapping, or an iterator that can be walked once. */
final class Sequence implements Value {
  /** What Python would call it; only lists and tuples can be printed. */
  enum Shape {
    LIST("a list"),
    TUPLE("a tuple"),
    RANGE("a range"),
    VIEW("a view of a mapping"),
    ITERATOR("an iterator");

    private final String kind;

    Shape(String kind) {
      this.kind = kind;
    }
  }

  private final Shape shape;
  private final List<Value> items;
  private final int depth;
  private boolean used;

  private Sequence(Shape shape, List<Value> items, int depth) {
    this.shape = shape;
    this.items = items;
    this.depth = depth;
  }

  /** Takes over the list, which nobody may change afterwards; one step for each element. */
  static Sequence of(Budget budget, Shape shape, List<Value> items) {
    budget.steps(items.size());
    int deepest = 0;
    for (Value item : items) {
      deepest = Math.max(deepest, item.depth());
    }
    return new Sequence(shape, items, budget.containerDepth(deepest));
  }

  static Sequence list(Budget budget, List<Value> items) {
    return of(budget, Shape.LIST, items);
  }

  Shape shape() {
    return shape;
  }

  /** The elements for walking; an iterator is empty the second time. */
  List<Value> walk() {
    if (shape != Shape.ITERATOR) {
      return items;
    }
    if (used) {
      return List.of();
    }
    used = true;
    return items;
  }

  /** The elements for looking at; iterators and views have none that can be picked. */
  List<Value> items() {
    return items;
  }

  boolean hasLength() {
    return shape != Shape.ITERATOR;
  }

  boolean isIndexed() {
    return shape != Shape.ITERATOR && shape != Shape.VIEW;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public String kind() {
    return shape.kind;
  }
}
