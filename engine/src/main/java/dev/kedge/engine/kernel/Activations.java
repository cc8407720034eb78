package dev.kedge.engine.kernel;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One vector per token, with room for the 8-bit form that quantized weights are multiplied with:
 * per block of 32, value ≈ scale · quant with |quant| ≤ 127.
 *
 * <p>Not thread-safe; different threads may write different tokens.
 */
public final class Activations {
  static final int BLOCK = 32;

  final float[] values;
  final short[] quants;
  final float[] scales;
  /* Of a block's quants, and −scale times that. */
  final int[] sums;
  final float[] minus;
  /* For each way of packing weights that will be met. */
  final Multipliers multipliers;
  /* For machine code. */
  final ByteRecords records;
  private final int width;
  private Forms met;

  /**
   * In which forms some weights meet the 8-bit values: one for each way of packing, or one for all
   * that machine code takes.
   */
  public static final class Forms {
    final Set<PackedLayout> layouts;
    final boolean records;
    /* Whether any but machine code reads them. */
    final boolean quants;

    private Forms(Set<PackedLayout> layouts, boolean records, boolean quants) {
      this.layouts = layouts;
      this.records = records;
      this.quants = quants;
    }

    /** Those that these matrices meet. */
    public static Forms of(Stream<Matrix> matrices) {
      Set<PackedLayout> layouts = EnumSet.noneOf(PackedLayout.class);
      boolean records = false;
      boolean quants = false;
      for (Matrix matrix : matrices.filter(Matrix::quantized).toList()) {
        boolean packed = matrix.packed() != null;
        boolean code = packed && VnniProducts.has(matrix.type());
        records |= code;
        quants |= !code;
        if (packed && !code) layouts.add(PackedLayout.of(matrix.type()));
      }
      return new Forms(layouts, records, quants);
    }
  }

  /** Room for {@code tokens} vectors of {@code width} values, to be multiplied with any matrix. */
  public Activations(int tokens, int width) {
    this(tokens, width, new Forms(EnumSet.allOf(PackedLayout.class), VnniProducts.ON, true));
  }

  private Activations(int tokens, int width, Forms room) {
    int blocks = (width + BLOCK - 1) / BLOCK;
    this.width = width;
    this.values = new float[Math.multiplyExact(tokens, width)];
    this.quants = new short[Math.multiplyExact(tokens, blocks * BLOCK)];
    this.scales = new float[tokens * blocks];
    this.sums = new int[tokens * blocks];
    this.minus = new float[tokens * blocks];
    this.multipliers = new Multipliers(tokens * blocks, room.layouts);
    this.records = new ByteRecords(room.records ? tokens * blocks : 0);
    this.met = room;
  }

  /** Room for {@code tokens} vectors that only these matrices will be multiplied with. */
  public static Activations of(int tokens, int width, Stream<Matrix> matrices) {
    return new Activations(tokens, width, Forms.of(matrices));
  }

  /**
   * What is quantized from now on meets these weights alone: no other form is derived. At first it
   * is all that there is room for.
   */
  public void meet(Forms forms) {
    met = forms;
  }

  /** Whether what was quantized last has the form that such weights read. */
  boolean meets(PackedLayout layout) {
    return met.layouts.contains(layout);
  }

  /** Whether what was quantized last has the form that machine code reads. */
  boolean meetsMachineCode() {
    return met.records;
  }

  /* Whether the token's 8-bit values could be made in the one form that is read. */
  boolean round(int token) {
    if (met.quants || !met.records) return false;
    return records.round(values, token * width, token * blocks(), width / BLOCK);
  }

  void derive(int fromBlock, int toBlock) {
    multipliers.derive(met.layouts, quants, sums, fromBlock, toBlock);
    if (met.records) records.derive(this, fromBlock, toBlock);
  }

  /** The values, token after token. */
  public float[] values() {
    return values;
  }

  /** Values of one token. */
  public int width() {
    return width;
  }

  int blocks() {
    return (width + BLOCK - 1) / BLOCK;
  }
}
