package dev.kedge.engine.grammar;

/**
 * What can stand on the stack of a parse: a place in the grammar that waits for bytes, or for the
 * value above it to be complete. Parts are compiled once and compared by identity; what changes
 * while a text is read is in the {@link Frame}.
 */
abstract class Part {
  /** Reads a byte at a frame of this part, which is on top; adds what can come of it. */
  void step(Frame at, int value, Frames out) {}

  /** The value above a frame of this part is complete. */
  void resume(Frame at, Frames out) {
    throw new IllegalStateException("nothing is above " + getClass().getSimpleName());
  }

  /** Spelling of the control token that it waits for, or empty. */
  String control() {
    return "";
  }

  /** Whether an answer may end here. */
  boolean end() {
    return false;
  }

  /**
   * The same frame for the purpose of the next {@code bytes} bytes: counters that cannot come into
   * play in them are evened out, so that masks can be shared.
   */
  Frame evened(Frame at, int bytes) {
    return at;
  }

  /**
   * How many more plain characters of a string can follow at once; -1 if this is no place inside a
   * free string between two characters.
   */
  int plainRoom(Frame at) {
    return -1;
  }
}
