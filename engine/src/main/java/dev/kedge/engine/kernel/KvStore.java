package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.Kernels.PAGE;

/**
 * Writes keys and values into pages and reads single ones: the specification of the formats. What
 * is stored is always finite, so that memory nobody wrote yet can be multiplied by zero.
 */
final class KvStore {
  private static final float LARGEST_HALF = 65504;
  private static final float LARGEST = 0x1p100f;

  private KvStore() {}

  /**
   * Stores one position of one head.
   *
   * @return whether all numbers were finite and within the format's range; others were cut
   */
  static boolean store(
      KvPage page, int layer, int head, int slot, float[] keys, float[] values, int offset) {
    KvLayout layout = page.layout;
    return switch (layout.type()) {
      case F16 -> storeHalves(page, page.words[layer], head, slot, keys, values, offset);
      case Q8 -> {
        float[] scales = page.scales[layer];
        int size = layout.size();
        float keyScale = scale(keys, offset, size);
        float valueScale = scale(values, offset, size);
        scales[layout.keyScales(page, head) + slot] = keyScale;
        scales[layout.valueScales(page, head) + slot] = valueScale;
        storeBytes(page, page.words[layer], head, slot, keys, keyScale, values, valueScale, offset);
        yield finite(keys, offset, size) && finite(values, offset, size);
      }
    };
  }

  private static boolean finite(float[] x, int offset, int size) {
    boolean finite = true;
    for (int i = offset; i < offset + size; i++) finite &= Math.abs(x[i]) <= LARGEST;
    return finite;
  }

  private static boolean storeHalves(
      KvPage page, int[] words, int head, int slot, float[] keys, float[] values, int offset) {
    KvLayout layout = page.layout;
    boolean within = true;
    int keyShift = slot / KvLayout.ROW * 16;
    for (int d = 0; d < layout.size(); d++) {
      float k = keys[offset + d];
      float v = values[offset + d];
      within &= Math.abs(k) <= LARGEST_HALF && Math.abs(v) <= LARGEST_HALF;
      set(words, layout.key(page, head, slot, d), keyShift, 0xFFFF, half(k));
      set(words, layout.value(page, head, slot, d), d / KvLayout.ROW % 2 * 16, 0xFFFF, half(v));
    }
    return within;
  }

  private static void storeBytes(
      KvPage page,
      int[] words,
      int head,
      int slot,
      float[] keys,
      float keyScale,
      float[] values,
      float valueScale,
      int offset) {
    KvLayout layout = page.layout;
    for (int d = 0; d < layout.size(); d++) {
      int half = slot / KvLayout.ROW * 8;
      set(
          words,
          layout.key(page, head, slot, d),
          d % 2 * 16 + half,
          0xFF,
          quant(keys[offset + d], keyScale));
      set(
          words,
          layout.value(page, head, slot, d),
          slot % 2 * 16 + d / KvLayout.ROW % 2 * 8,
          0xFF,
          quant(values[offset + d], valueScale));
    }
  }

  private static void set(int[] words, int at, int shift, int mask, int bits) {
    words[at] = (words[at] & ~(mask << shift)) | ((bits & mask) << shift);
  }

  private static int half(float x) {
    return Float.floatToFloat16(
        Float.isNaN(x) ? 0 : Math.min(Math.max(x, -LARGEST_HALF), LARGEST_HALF));
  }

  /* max |x| / 127; what is not a number counts as nothing. */
  private static float scale(float[] x, int offset, int size) {
    float max = 0;
    for (int i = offset; i < offset + size; i++) {
      float a = Math.abs(x[i]);
      if (a > max) max = a;
    }
    return Math.min(max, LARGEST) / 127;
  }

  private static int quant(float x, float scale) {
    float q = scale == 0 || Float.isNaN(x) ? 0 : x / scale;
    return (int) (Math.min(Math.max(q, -127), 127) + Exponential.ROUND - Exponential.ROUND);
  }

  /** One element of a key; without its scale in Q8. */
  static float key(KvPage page, int layer, int head, int slot, int d) {
    KvLayout layout = page.layout;
    int word = page.words[layer][layout.key(page, head, slot, d)];
    return switch (layout.type()) {
      case F16 -> Float.float16ToFloat((short) (word >> (slot / KvLayout.ROW * 16)));
      case Q8 -> (byte) (word >> (d % 2 * 16 + slot / KvLayout.ROW * 8));
    };
  }

  /** One element of a value; without its scale in Q8. */
  static float value(KvPage page, int layer, int head, int slot, int d) {
    KvLayout layout = page.layout;
    int word = page.words[layer][layout.value(page, head, slot, d)];
    int half = d / KvLayout.ROW % 2;
    return switch (layout.type()) {
      case F16 -> Float.float16ToFloat((short) (word >> (half * 16)));
      case Q8 -> (byte) (word >> (slot % 2 * 16 + half * 8));
    };
  }

  /** What a key's elements are multiplied with. */
  static float keyScale(KvPage page, int layer, int head, int slot) {
    return page.layout.type() == KvType.F16
        ? 1
        : page.scales[layer][page.layout.keyScales(page, head) + slot % PAGE];
  }

  /** What a value's elements are multiplied with. */
  static float valueScale(KvPage page, int layer, int head, int slot) {
    return page.layout.type() == KvType.F16
        ? 1
        : page.scales[layer][page.layout.valueScales(page, head) + slot % PAGE];
  }
}
