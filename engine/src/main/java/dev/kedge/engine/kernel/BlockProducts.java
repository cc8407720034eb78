package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.VectorKernels.BITS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with weights stored in blocks of 32 small integers. A block's products are summed as
 * integers, exact in any order; the sum times both scales is added block after block.
 */
final class BlockProducts {
  private static final int BLOCK = Activations.BLOCK;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(128, BITS)));
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(128, BITS) / 2));

  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(Math.max(128, BITS)));

  /*
   * One shape per element type throughout: with two of them in use C2 puts vectors on the heap. So
   * nibbles are widened to ints, and each int is then a pair of shorts.
   */
  private static final VectorSpecies<Byte> BYTES4 =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, BITS / 4)));
  private static final int WIDTH = SHORTS.length();
  private static final int WIDTH4 = INTS.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);

  private BlockProducts() {}

  static void multiply(
      Matrix weights, int from, int to, Activations x, int tokens, float[] out, int stride) {
    boolean nibbles = weights.type().blockBytes() < BLOCK;
    for (int row = from; row < to; row++) {
      int token = 0;
      for (; token + 4 <= tokens; token += 4) {
        int at = token * stride + row;
        if (nibbles) fourOfNibbles(weights, row, x, token, out, at, stride);
        else fourOfBytes(weights, row, x, token, out, at, stride);
      }
      for (; token < tokens; token++) {
        out[token * stride + row] =
            nibbles ? oneOfNibbles(weights, row, x, token) : oneOfBytes(weights, row, x, token);
      }
    }
  }

  /* A product of two 8-bit integers and the sum of two such products fit 16 bits. */
  private static IntVector widen(ShortVector products) {
    IntVector pairs = products.reinterpretAsInts();
    return pairs
        .lanewise(VectorOperators.LSHL, 16)
        .lanewise(VectorOperators.ASHR, 16)
        .add(pairs.lanewise(VectorOperators.ASHR, 16));
  }

  private static float oneOfBytes(Matrix weights, int row, Activations x, int token) {
    MemorySegment data = weights.data();
    long start = row * weights.rowBytes();
    int blocks = x.blocks();
    int first = token * blocks;
    short[] q = x.quants;
    float sum = 0;
    for (int b = 0; b < blocks; b++) {
      long block = start + b * 34L;
      IntVector products = IntVector.zero(INTS);
      for (int i = 0; i < BLOCK; i += WIDTH) {
        ShortVector w = bytes(data, block + 2 + i);
        int at = (first + b) * BLOCK + i;
        products = products.add(widen(w.mul(ShortVector.fromArray(SHORTS, q, at))));
      }
      float scale = Float.float16ToFloat(data.get(U16, block));
      sum = Math.fma(products.reduceLanes(VectorOperators.ADD) * scale, x.scales[first + b], sum);
    }
    return sum;
  }

  private static ShortVector bytes(MemorySegment data, long at) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BYTES, data, at, ORDER)
            .convertShape(VectorOperators.B2S, SHORTS, 0);
  }

  private static void fourOfBytes(
      Matrix weights, int row, Activations x, int token, float[] out, int to, int stride) {
    MemorySegment data = weights.data();
    long start = row * weights.rowBytes();
    int blocks = x.blocks();
    int next = blocks * BLOCK;
    short[] q = x.quants;
    float[] scales = x.scales;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int b = 0; b < blocks; b++) {
      long block = start + b * 34L;
      IntVector p0 = IntVector.zero(INTS);
      IntVector p1 = p0;
      IntVector p2 = p0;
      IntVector p3 = p0;
      for (int i = 0; i < BLOCK; i += WIDTH) {
        ShortVector w = bytes(data, block + 2 + i);
        int at = (token * blocks + b) * BLOCK + i;
        p0 = p0.add(widen(w.mul(ShortVector.fromArray(SHORTS, q, at))));
        p1 = p1.add(widen(w.mul(ShortVector.fromArray(SHORTS, q, at + next))));
        p2 = p2.add(widen(w.mul(ShortVector.fromArray(SHORTS, q, at + 2 * next))));
        p3 = p3.add(widen(w.mul(ShortVector.fromArray(SHORTS, q, at + 3 * next))));
      }
      float scale = Float.float16ToFloat(data.get(U16, block));
      int s = token * blocks + b;
      sum0 = Math.fma(p0.reduceLanes(VectorOperators.ADD) * scale, scales[s], sum0);
      sum1 = Math.fma(p1.reduceLanes(VectorOperators.ADD) * scale, scales[s + blocks], sum1);
      sum2 = Math.fma(p2.reduceLanes(VectorOperators.ADD) * scale, scales[s + 2 * blocks], sum2);
      sum3 = Math.fma(p3.reduceLanes(VectorOperators.ADD) * scale, scales[s + 3 * blocks], sum3);
    }
    out[to] = sum0;
    out[to + stride] = sum1;
    out[to + 2 * stride] = sum2;
    out[to + 3 * stride] = sum3;
  }

  /*
   * Nibbles are taken as 0 to 15 and 8 Σ x is subtracted at the end. Lanes wrap around modulo 2¹⁶,
   * which is harmless: a block's true sum is at most 8 · 127 · 32 = 32,512.
   */
  private static float oneOfNibbles(Matrix weights, int row, Activations x, int token) {
    MemorySegment data = weights.data();
    long start = row * weights.rowBytes();
    int blocks = x.blocks();
    int first = token * blocks;
    short[] q = x.pairs;
    float sum = 0;
    for (int b = 0; b < blocks; b++) {
      long block = start + b * 18L;
      ShortVector products = ShortVector.zero(SHORTS);
      for (int i = 0; i < 16; i += WIDTH4) {
        int at = (first + b) * BLOCK + 2 * i;
        products = products.add(nibbles(data, block + 2, i).mul(load(q, at)));
      }
      int total = (short) (products.reduceLanes(VectorOperators.ADD) - 8 * x.sums[first + b]);
      float scale = Float.float16ToFloat(data.get(U16, block));
      sum = Math.fma(total * scale, x.scales[first + b], sum);
    }
    return sum;
  }

  /* Nibbles of some bytes from the i-th on: low, high, low, high, … A load is 8 bytes at least. */
  private static ShortVector nibbles(MemorySegment data, long quants, int i) {
    int part = WIDTH4 < 8 ? i / WIDTH4 % 2 : 0;
    int start = i - part * WIDTH4;
    IntVector v =
        (IntVector)
            ByteVector.fromMemorySegment(BYTES4, data, quants + start, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
    return v.or(v.lanewise(VectorOperators.LSHL, 12)).and(0x000F000F).reinterpretAsShorts();
  }

  private static void fourOfNibbles(
      Matrix weights, int row, Activations x, int token, float[] out, int to, int stride) {
    MemorySegment data = weights.data();
    long start = row * weights.rowBytes();
    int blocks = x.blocks();
    int next = blocks * BLOCK;
    short[] q = x.pairs;
    int[] sums = x.sums;
    float[] scales = x.scales;
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    for (int b = 0; b < blocks; b++) {
      long block = start + b * 18L;
      ShortVector p0 = ShortVector.zero(SHORTS);
      ShortVector p1 = p0;
      ShortVector p2 = p0;
      ShortVector p3 = p0;
      for (int i = 0; i < 16; i += WIDTH4) {
        ShortVector w = nibbles(data, block + 2, i);
        int at = (token * blocks + b) * BLOCK + 2 * i;
        p0 = p0.add(w.mul(load(q, at)));
        p1 = p1.add(w.mul(load(q, at + next)));
        p2 = p2.add(w.mul(load(q, at + 2 * next)));
        p3 = p3.add(w.mul(load(q, at + 3 * next)));
      }
      float scale = Float.float16ToFloat(data.get(U16, block));
      int s = token * blocks + b;
      int t0 = (short) (p0.reduceLanes(VectorOperators.ADD) - 8 * sums[s]);
      int t1 = (short) (p1.reduceLanes(VectorOperators.ADD) - 8 * sums[s + blocks]);
      int t2 = (short) (p2.reduceLanes(VectorOperators.ADD) - 8 * sums[s + 2 * blocks]);
      int t3 = (short) (p3.reduceLanes(VectorOperators.ADD) - 8 * sums[s + 3 * blocks]);
      sum0 = Math.fma(t0 * scale, scales[s], sum0);
      sum1 = Math.fma(t1 * scale, scales[s + blocks], sum1);
      sum2 = Math.fma(t2 * scale, scales[s + 2 * blocks], sum2);
      sum3 = Math.fma(t3 * scale, scales[s + 3 * blocks], sum3);
    }
    out[to] = sum0;
    out[to + stride] = sum1;
    out[to + 2 * stride] = sum2;
    out[to + 3 * stride] = sum3;
  }

  private static ShortVector load(short[] q, int at) {
    return ShortVector.fromArray(SHORTS, q, at);
  }
}
