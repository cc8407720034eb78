package dev.kedge.engine.quantize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Four bytes in an int, the first in the lowest bits: what one instruction does to all. */
final class FourBytes {
  /** The lowest bits of every byte. */
  static final int NIBBLES = 0x0F0F0F0F;

  static final int TWO_BITS = 0x03030303;
  static final int ONE_BIT = 0x01010101;

  /** The highest bit of every byte. */
  static final int SIGNS = 0x80808080;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private FourBytes() {}

  /** Low nibbles from {@code low}, high ones from the low nibbles of {@code high}. */
  static int nibbles(int low, int high) {
    return (low & NIBBLES) | (high & NIBBLES) << 4;
  }

  static void put(byte[] bytes, int at, int four) {
    INT.set(bytes, at, four);
  }
}
