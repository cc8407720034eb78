package dev.kedge.engine.kernel;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  /* For machine code, in the order that it takes. */
  private final Map<ByteRecords.Order, ByteRecords> records =
      new EnumMap<>(ByteRecords.Order.class);
  private final int width;
  private Forms met;

  /**
   * In which forms some weights meet the 8-bit values: one for each way of packing, or one for all
   * that machine code takes.
   */
  public static final class Forms {
    final Set<PackedLayout> layouts;
    final Set<ByteRecords.Order> records;
    /* Whether any but machine code reads them. */
    final boolean quants;

    private Forms(Set<PackedLayout> layouts, Set<ByteRecords.Order> records, boolean quants) {
      this.layouts = layouts;
      this.records = records;
      this.quants = quants;
    }

    private static Forms all() {
      return new Forms(
          EnumSet.allOf(PackedLayout.class),
          VnniProducts.ON
              ? EnumSet.allOf(ByteRecords.Order.class)
              : EnumSet.noneOf(ByteRecords.Order.class),
          true);
    }

    /** Those that these matrices meet. */
    public static Forms of(Stream<Matrix> matrices) {
      Set<PackedLayout> layouts = EnumSet.noneOf(PackedLayout.class);
      Set<ByteRecords.Order> records = EnumSet.noneOf(ByteRecords.Order.class);
      boolean quants = false;
      for (Matrix matrix : matrices.filter(Matrix::quantized).toList()) {
        boolean packed = matrix.packed() != null;
        boolean code = packed && VnniProducts.has(matrix.type());
        if (code) records.add(VnniProducts.order(matrix.type()));
        quants |= !code;
        if (packed && !code) layouts.add(PackedLayout.of(matrix.type()));
      }
      return new Forms(layouts, records, quants);
    }
  }

  /** Room for {@code tokens} vectors of {@code width} values, to be multiplied with any matrix. */
  public Activations(int tokens, int width) {
    this(tokens, width, Forms.all());
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
    for (ByteRecords.Order order : room.records) {
      records.put(order, new ByteRecords(tokens * blocks, order));
    }
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

  /** What machine code reads, if what was quantized last has that form. */
  @Nullable ByteRecords records(ByteRecords.Order order) {
    return met.records.contains(order) ? records.get(order) : null;
  }

  /* Whether the token's 8-bit values could be made in the forms that machine code reads, and no
   * other is needed. */
  boolean round(int token) {
    if (met.quants || met.records.isEmpty()) return false;
    for (ByteRecords.Order order : met.records) {
      ByteRecords some = Objects.requireNonNull(records.get(order));
      if (!some.round(values, token * width, token * blocks(), width / BLOCK)) return false;
    }
    return true;
  }

  void derive(int fromBlock, int toBlock) {
    multipliers.derive(met.layouts, quants, sums, fromBlock, toBlock);
    for (ByteRecords.Order order : met.records) {
      Objects.requireNonNull(records.get(order)).derive(this, fromBlock, toBlock);
    }
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
