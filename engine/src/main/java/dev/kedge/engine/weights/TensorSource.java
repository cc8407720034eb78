package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Delivers the bytes of a tensor when it is its turn to be written. */
@FunctionalInterface
public interface TensorSource {
  /** Hands over all bytes, in order, in one or several pieces. */
  void writeTo(Sink sink) throws IOException;

  /** Takes bytes; they may be changed or freed after the call. */
  @FunctionalInterface
  interface Sink {
    void write(MemorySegment bytes) throws IOException;
  }
}
