package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Turns floats into stored elements of a {@link TensorType}. Q4_0 and Q8_0 give the bytes of
 * llama.cpp's reference quantizer: all arithmetic in float, one operation at a time, so they are
 * the same on every machine. Immutable.
 */
public final class Quantizer {
  private static final int BLOCK = 32;

  private final TensorType type;
  private final String tensor;

  /**
   * @param type the target
   * @param tensor the tensor's name, for error messages
   */
  public Quantizer(TensorType type, String tensor) {
    this.type = type;
    this.tensor = tensor;
  }

  /**
   * Stores {@code count} consecutive elements.
   *
   * @param source the elements, from index {@code from}
   * @param count a multiple of the type's block size
   * @param target receives the blocks from byte offset {@code at}
   * @param element the first element's index in the tensor, for error messages
   * @throws FormatException where an element is not finite, or too large for the type
   */
  public void quantize(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    if (count % type.blockSize() != 0) {
      throw new IllegalArgumentException(count + " elements do not fill blocks of " + type);
    }
    Objects.checkFromIndexSize(from, count, source.length);
    Objects.checkFromIndexSize(at, type.bytes(count), target.byteSize());
    requireFinite(source, from, count, element);
    switch (type) {
      case F32 -> MemorySegment.copy(source, from, target, Little.FLOAT, at, count);
      case F16 -> halves(source, from, count, target, at, element);
      case BF16 -> brainHalves(source, from, count, target, at, element);
      case Q4_0, Q8_0 -> blocks(source, from, count, target, at, element);
      case Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
          throw new IllegalArgumentException("cannot store as " + type);
    }
  }

  private void requireFinite(float[] source, int from, int count, long element) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(source[from + i])) throw refused(source[from + i], element + i);
    }
  }

  private void halves(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    for (int i = 0; i < count; i++) {
      short half = Float.floatToFloat16(source[from + i]);
      if ((half & 0x7C00) == 0x7C00) throw refused(source[from + i], element + i);
      target.set(Little.SHORT, at + 2L * i, half);
    }
  }

  /* The upper half of the float's bits, rounded to nearest, ties to even. */
  private void brainHalves(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(source[from + i]);
      int upper = (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
      if ((upper & 0x7F80) == 0x7F80) throw refused(source[from + i], element + i);
      target.set(Little.SHORT, at + 2L * i, (short) upper);
    }
  }

  private void blocks(
      float[] source, int from, int count, MemorySegment target, long at, long element) {
    for (int block = 0; block < count / BLOCK; block++) {
      int first = from + BLOCK * block;
      float extreme = extreme(source, first);
      long bytes = at + (long) type.blockBytes() * block;
      float scale = type == TensorType.Q4_0 ? extreme / -8 : Math.abs(extreme) / 127;
      short half = Float.floatToFloat16(scale);
      if ((half & 0x7C00) == 0x7C00) throw refused(extreme, element + first - from);
      target.set(Little.SHORT, bytes, half);
      float inverse = scale == 0 ? 0 : 1 / scale;
      if (type == TensorType.Q4_0) q4(source, first, inverse, target, bytes + 2);
      else q8(source, first, inverse, target, bytes + 2);
    }
  }

  /* The signed element of largest magnitude; the first of several. */
  private static float extreme(float[] source, int first) {
    float extreme = 0;
    float magnitude = 0;
    for (int j = 0; j < BLOCK; j++) {
      float value = source[first + j];
      if (magnitude < Math.abs(value)) {
        magnitude = Math.abs(value);
        extreme = value;
      }
    }
    return extreme;
  }

  private static void q4(float[] source, int first, float inverse, MemorySegment out, long at) {
    for (int j = 0; j < BLOCK / 2; j++) {
      int low = nibble(source[first + j] * inverse);
      int high = nibble(source[first + BLOCK / 2 + j] * inverse);
      out.set(ValueLayout.JAVA_BYTE, at + j, (byte) (low | high << 4));
    }
  }

  /* The bounds only act where the scale is so small that its inverse is infinite. */
  private static int nibble(float scaled) {
    return Math.clamp((int) (scaled + 8.5f), 0, 15);
  }

  private static void q8(float[] source, int first, float inverse, MemorySegment out, long at) {
    for (int j = 0; j < BLOCK; j++) {
      int rounded = Math.clamp(roundHalfAway(source[first + j] * inverse), -127, 127);
      out.set(ValueLayout.JAVA_BYTE, at + j, (byte) rounded);
    }
  }

  /** C's {@code roundf} for values that fit an int: halves go away from zero. */
  static int roundHalfAway(float value) {
    int whole = (int) value;
    float rest = value - whole; // exact
    if (rest >= 0.5f) return whole + 1;
    return rest <= -0.5f ? whole - 1 : whole;
  }

  private FormatException refused(float value, long element) {
    String reason =
        Float.isFinite(value)
            ? "element " + element + " or its block holds " + value + ", too large for " + type
            : "element " + element + " is " + value + "; only finite weights can be stored";
    return new FormatException(-1, "tensor '" + tensor + "': " + reason);
  }
}
