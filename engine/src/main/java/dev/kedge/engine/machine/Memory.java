package dev.kedge.engine.machine;

import org.jspecify.annotations.Nullable;

/**
 * An operand in memory, at {@code base + index · scale + displacement}.
 *
 * @param index null if there is none; never RSP, which cannot be one
 * @param scale 1, 2, 4 or 8
 */
public record Memory(Register base, @Nullable Register index, int scale, int displacement) {
  public Memory {
    if (index == Register.RSP) throw new IllegalArgumentException("RSP is no index");
    if (Integer.bitCount(scale) != 1 || scale > 8 || scale < 1) {
      throw new IllegalArgumentException("a scale is 1, 2, 4 or 8, not " + scale);
    }
  }

  public static Memory at(Register base) {
    return new Memory(base, null, 1, 0);
  }

  public static Memory at(Register base, int displacement) {
    return new Memory(base, null, 1, displacement);
  }

  public static Memory at(Register base, Register index, int scale) {
    return new Memory(base, index, scale, 0);
  }

  /** So many bytes further on. */
  public Memory plus(int bytes) {
    return new Memory(base, index, scale, Math.addExact(displacement, bytes));
  }
}
