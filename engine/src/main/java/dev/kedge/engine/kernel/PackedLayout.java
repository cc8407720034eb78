package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.TensorType;

/**
 * The repacked form of a quantized matrix, made for reading once in few long streams.
 *
 * <p>Rows come in panels of {@value #PANEL}, a panel in four groups of 32 rows. First come the
 * integers of the first group of every panel, then, after a gap, those of the second of every
 * panel, and so on; within a group block of 32 columns after block. They are vectors of 64 bytes:
 * 32 lanes of 16 bits, one row per lane; lane 2i is row i of the group, lane 2i + 1 is row 16 + i,
 * so that shifting ints widens them. One such vector is
 *
 * <ul>
 *   <li>nibbles: 4 columns, 8 vectors for a block, {@code n₀ | n₁·2⁴ | n₂·2⁸ | n₃·2¹²};
 *   <li>fives: 5 vectors for 16 columns, three whole values in each and a bit of the sixteenth
 *       above, bit i in the i-th;
 *   <li>sixes: 3 vectors for 8 columns, two whole values and the low nibble of a third in each of
 *       the first two, two whole values and the two missing pairs of bits in the last;
 *   <li>bytes: 2 columns, the first plus 128 in the low byte.
 * </ul>
 *
 * Behind all integers come the scales, panel by panel, span of up to {@value #SPAN} columns after
 * span, block by block, lanes in the same order. Rows beyond the last one are zero. Narrower
 * vectors read the same bytes piece by piece, so one file serves every processor.
 *
 * <p>Why so: a kernel takes the four groups of a panel together, so each of its loads walks line by
 * line through a stream as long as the matrix, and the scales make a fifth. Processors fetch ahead
 * for that. Where integers and scales alternate in one stream, they do not: on Zen 5 one thread
 * then reads 12 instead of 36 GB/s, whatever the order within a step.
 */
enum PackedLayout {
  NIBBLES(512),
  FIVES(640),
  SIXES(768),
  BYTES(1024);

  /** Rows that are computed together. */
  static final int PANEL = 128;

  /** Columns whose scales stand together. */
  static final int SPAN = 256;

  static final int BLOCK = Activations.BLOCK;
  static final int SPAN_BLOCKS = SPAN / BLOCK;

  /** Rows of a 64-byte vector of 16-bit lanes, and such vectors per step. */
  static final int GROUP = 32;

  static final int GROUPS = PANEL / GROUP;

  /* Between the groups' integers: without it the four streams, whole pages apart, would meet in the
   * same places of caches and memory. With it a token of Q4_K_M or Q6_K takes 4 to 8 % less. */
  private static final int GAP = 4096 + 1024;

  /** Changes whenever the bytes change: files with another number are made anew. */
  static final int VERSION = 4;

  private final int groupBytes;

  PackedLayout(int groupBytes) {
    this.groupBytes = groupBytes;
  }

  /** How integers of this type are packed. */
  static PackedLayout of(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_1, Q4_K -> NIBBLES;
      case Q5_0, Q5_1, Q5_K -> FIVES;
      case Q6_K -> SIXES;
      case Q8_0 -> BYTES;
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
    };
  }

  /** Bytes of the integers of one block of 32 columns of a group of rows. */
  int groupBytes() {
    return groupBytes;
  }

  /** From the integers of one group of a panel to those of the next. */
  long apart(int rows, int columns) {
    return panels(rows) * (columns / BLOCK) * groupBytes + GAP;
  }

  /** Where the integers of a panel's first group begin. */
  long integers(int panel, int columns) {
    return (long) panel * (columns / BLOCK) * groupBytes;
  }

  /** Where the scales of a panel begin. */
  static long scales(TensorType type, int rows, int columns, int panel) {
    return GROUPS * of(type).apart(rows, columns) + panel * scaleBytesOfPanel(type, columns);
  }

  /** Bytes of the scales of a panel. */
  static long scaleBytesOfPanel(TensorType type, int columns) {
    int blocks = columns / BLOCK;
    int rest = blocks % SPAN_BLOCKS;
    long whole = (long) (blocks / SPAN_BLOCKS) * scaleBytes(type, SPAN_BLOCKS);
    return rest == 0 ? whole : whole + scaleBytes(type, rest);
  }

  /** Bytes of the scales of a span of so many blocks. */
  static int scaleBytes(TensorType type, int blocks) {
    int vector = GROUPS * 64;
    return switch (type) {
      case Q4_0, Q5_0, Q8_0 -> blocks * vector;
      case Q4_1, Q5_1, Q4_K, Q5_K ->
          type.blockSize() == BLOCK ? blocks * 2 * vector : (blocks + 2) * vector;
      case Q6_K -> (blocks + 1) * vector;
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
    };
  }

  /** Bytes of a panel, which do not stand together. */
  static long panelBytes(TensorType type, int columns) {
    return (long) (columns / BLOCK) * GROUPS * of(type).groupBytes
        + scaleBytesOfPanel(type, columns);
  }

  /** Bytes of a matrix. */
  static long bytes(TensorType type, int rows, int columns) {
    return Math.addExact(
        Math.multiplyExact(panels(rows), panelBytes(type, columns)), GROUPS * (long) GAP);
  }

  static long panels(int rows) {
    return Math.ceilDiv((long) rows, PANEL);
  }
}
