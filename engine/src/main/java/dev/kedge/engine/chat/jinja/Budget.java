package dev.kedge.engine.chat.jinja;

/** What one rendering has used of its limits. For one thread. */
final class Budget {
  private final Limits limits;
  private long steps;
  private long characters;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  Limits limits() {
    return limits;
  }

  /** Pays for so many operations. */
  void steps(long count) {
    steps += count;
    if (steps > limits.steps() || steps < 0) {
      throw new Fault("the template takes more than " + limits.steps() + " steps");
    }
  }

  /** Pays for a string of this length before it is made. */
  void characters(long length) {
    if (length > limits.output()) {
      throw new Fault("a string grows beyond " + limits.output() + " characters");
    }
    characters += length;
    if (characters > limits.characters()) {
      throw new Fault(
          "the template makes more than " + limits.characters() + " characters of text");
    }
    // Copying is cheaper than evaluating, but not free.
    steps(length >> 8);
  }

  void enter() {
    if (++depth > limits.nesting()) {
      depth--;
      throw new Fault("the template nests deeper than " + limits.nesting() + " levels");
    }
    steps(1);
  }

  void leave() {
    depth--;
  }

  /** Checks the depth of a new container. */
  int containerDepth(int depthOfElements) {
    if (depthOfElements >= limits.nesting()) {
      throw new Fault("a value nests deeper than " + limits.nesting() + " levels");
    }
    return depthOfElements + 1;
  }
}
