package dev.kedge.engine.grammar;

/** An array. */
final class Elements extends Node {
  private final ArrayShape shape;
  private final Part bracket = new Bracket();
  private final Part between = new Between();

  Elements(ArrayShape shape) {
    this.shape = shape;
  }

  @Override
  int measure() {
    return shape.height();
  }

  @Override
  void enter(Frame below, Frames out) {
    if (fits(below)) out.add(Frame.on(below, bracket, 0, 0));
  }

  private final class Bracket extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value != '[') return;
      Frame first = new Frame(between, 0, 0, at.below, at.depth + 1);
      if (shape.least() == 0) out.add(first);
      if (shape.goesOn(first)) shape.element(0).enter(first.with(shape.after(0), 0), out);
    }
  }

  /* a: elements so far. */
  private final class Between extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value == ']' && at.a >= shape.least()) complete(at.parent(), out);
      if (value == ',' && at.a > 0 && shape.goesOn(at)) {
        shape.element(at.a).enterSpaced(at.with(shape.after(at.a), 0), out);
      }
    }

    @Override
    void resume(Frame at, Frames out) {
      out.add(at);
    }
  }
}
