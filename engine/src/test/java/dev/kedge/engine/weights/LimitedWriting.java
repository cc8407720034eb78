package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Writes a file of some 160 KB and prints what went wrong. */
final class LimitedWriting {
  private static final int VALUES = 1024;

  private LimitedWriting() {}

  /** Arguments: file, write or resume. */
  public static void main(String[] arguments) {
    Path target = Path.of(arguments[0]);
    GgufWriter writer = new GgufWriter(Metadata.builder().build());
    for (int i = 0; i < 40; i++) {
      MemorySegment bytes = MemorySegment.ofArray(new byte[4 * VALUES]);
      writer.tensor("t" + i, TensorType.F32, new long[] {VALUES}, bytes);
    }
    try {
      if (arguments[1].equals("write")) writer.write(target);
      else writer.resume(target, "source", NoRoomTest.QUIET);
      System.out.println("written");
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
