package dev.kedge.engine.grammar;

import org.jspecify.annotations.Nullable;

/**
 * A stack of a parse: its top and what is below. Immutable, compared by content; the hash is made
 * once. Comparing walks down only where two stacks are not the same objects.
 */
final class Frame {
  final Part part;

  /** Numbers whose meaning the part knows. */
  final int a;

  final int b;
  final @Nullable Frame below;

  /** Objects and arrays that are open. */
  final int depth;

  private final int hash;

  Frame(Part part, int a, int b, @Nullable Frame below, int depth) {
    this.part = part;
    this.a = a;
    this.b = b;
    this.below = below;
    this.depth = depth;
    int own = System.identityHashCode(part) * 31 * 31 + a * 31 + b;
    this.hash = below == null ? own : own * 31 + below.hash;
  }

  /** On top of another, at the same depth. */
  static Frame on(Frame below, Part part, int a, int b) {
    return new Frame(part, a, b, below, below.depth);
  }

  /** The same place with other numbers. */
  Frame with(int newA, int newB) {
    return new Frame(part, newA, newB, below, depth);
  }

  /** What is below; not for the bottom. */
  Frame parent() {
    if (below == null) throw new IllegalStateException("this is the bottom");
    return below;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the walk down ends where the stacks are the same
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Frame frame)) return false;
    @Nullable Frame one = this;
    @Nullable Frame two = frame;
    while (one != two) {
      if (one == null || two == null || one.hash != two.hash) return false;
      if (one.part != two.part || one.a != two.a || one.b != two.b) return false;
      one = one.below;
      two = two.below;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
