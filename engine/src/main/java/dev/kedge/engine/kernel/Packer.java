package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.PackedLayout.BLOCK;
import static dev.kedge.engine.kernel.PackedLayout.GROUP;
import static dev.kedge.engine.kernel.PackedLayout.GROUPS;
import static dev.kedge.engine.kernel.PackedLayout.PANEL;
import static dev.kedge.engine.kernel.PackedLayout.SPAN_BLOCKS;

import dev.kedge.engine.weights.Blocks;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Brings a quantized matrix from its file's layout into {@link PackedLayout}, panel by panel. Not
 * thread-safe.
 */
public final class Packer {
  /** Of the packed layout: what was packed as another one is of no use. */
  public static final int VERSION = PackedLayout.VERSION;

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int VECTOR = GROUPS * 64;

  private final Matrix matrix;
  private final TensorType type;
  private final PackedLayout layout;
  /* The panel, its groups' integers and then its scales, assembled in the heap. */
  private final byte[] panel;

  /** For a matrix that is {@link #packable}. */
  public Packer(Matrix matrix) {
    this.matrix = matrix;
    this.type = matrix.type();
    this.layout = PackedLayout.of(type);
    this.panel = new byte[Math.toIntExact(PackedLayout.panelBytes(type, matrix.columns()))];
  }

  /** Bytes of the packed form of a matrix. */
  public static long bytes(Matrix matrix) {
    return PackedLayout.bytes(matrix.type(), matrix.rows(), matrix.columns());
  }

  /** Panels of a matrix. */
  public static int panels(Matrix matrix) {
    return (int) PackedLayout.panels(matrix.rows());
  }

  /**
   * Whether a matrix has a packed form: it is quantized and its panels fit an array. Files with
   * infinite scales have one too, but {@link #pack} finds out and refuses.
   */
  public static boolean packable(Matrix matrix) {
    return matrix.quantized()
        && PackedLayout.panelBytes(matrix.type(), matrix.columns()) < Integer.MAX_VALUE - 8;
  }

  /**
   * A part of a panel that stands in one place.
   *
   * @param at its place within the packed matrix
   * @param from its place within {@link #panel}
   */
  public record Piece(long at, int from, int length) {}

  /** The pieces of a panel: its groups' integers, then its scales. */
  public static Piece[] pieces(Matrix matrix, int index) {
    PackedLayout layout = PackedLayout.of(matrix.type());
    int group = matrix.columns() / BLOCK * layout.groupBytes();
    Piece[] pieces = new Piece[GROUPS + 1];
    for (int g = 0; g < GROUPS; g++) {
      long place = layout.integers(index, matrix.columns());
      long apart = layout.apart(matrix.rows(), matrix.columns());
      pieces[g] = new Piece(place + g * apart, g * group, group);
    }
    int scales = GROUPS * group;
    pieces[GROUPS] =
        new Piece(
            PackedLayout.scales(matrix.type(), matrix.rows(), matrix.columns(), index),
            scales,
            (int) PackedLayout.panelBytes(matrix.type(), matrix.columns()) - scales);
    return pieces;
  }

  /** Bytes of the pieces of a panel together. */
  public static int panelBytes(Matrix matrix) {
    return (int) PackedLayout.panelBytes(matrix.type(), matrix.columns());
  }

  /** What the last {@link #pack} gave: the {@link #pieces} one after the other. */
  public byte[] panel() {
    return panel;
  }

  /**
   * Packs one panel into its places.
   *
   * @param to the matrix's {@link #bytes} bytes, of which it fills its share
   * @return as {@link #pack(int)}
   */
  public boolean pack(int index, MemorySegment to) {
    if (!pack(index)) return false;
    for (Piece piece : pieces(matrix, index)) {
      MemorySegment.copy(
          panel, piece.from(), to, ValueLayout.JAVA_BYTE, piece.at(), piece.length());
    }
    return true;
  }

  /**
   * Packs one panel into {@link #panel}.
   *
   * @return false if a scale is infinite or no number, which the packed form cannot say: the matrix
   *     stays as it is
   */
  public boolean pack(int index) {
    int rows = Math.min(PANEL, matrix.rows() - index * PANEL);
    if (rows < PANEL) Arrays.fill(panel, (byte) 0);
    int blocks = matrix.columns() / BLOCK;
    int group = blocks * layout.groupBytes();
    int scales = GROUPS * group;
    // Span by span: what is written stays in the nearest cache.
    for (int b = 0; b < blocks; b += SPAN_BLOCKS) {
      int count = Math.min(SPAN_BLOCKS, blocks - b);
      for (int row = 0; row < rows; row++) {
        long start = (long) (index * PANEL + row) * matrix.rowBytes();
        int integers = row / GROUP * group + lane(row) % GROUP * 2;
        long from = start + type.bytes((long) b * BLOCK);
        int at = integers + b * layout.groupBytes();
        PackedBits.copy(type, matrix.data(), from, count * BLOCK, panel, at);
        if (!scales(scales, row, start, b, count)) return false;
      }
      scales += PackedLayout.scaleBytes(type, count);
    }
    return true;
  }

  private boolean scales(int scales, int row, long start, int block, int count) {
    long at = start + type.bytes((long) block * BLOCK);
    int lane = scales + lane(row) * 2;
    return switch (type) {
      case Q4_0, Q5_0, Q8_0 -> halves(at, lane, count);
      case Q4_1, Q5_1 -> halves(at, lane, count) && halves(at + 2, lane + count * VECTOR, count);
      case Q4_K, Q5_K -> {
        for (int b = 0; b < count; b++) {
          int to = scales + b * VECTOR + fourBytes(row);
          panel[to] = (byte) Blocks.partScale(matrix.data(), at, b);
          panel[to + 2] = (byte) Blocks.partMinimum(matrix.data(), at, b);
        }
        lane += count * VECTOR;
        yield halves(at, lane, 1) && halves(at + 2, lane + VECTOR, 1);
      }
      case Q6_K -> {
        for (int b = 0; b < count; b++) {
          int to = scales + b * VECTOR + fourBytes(row);
          panel[to] = (byte) Blocks.signedScale(matrix.data(), at, 2 * b);
          panel[to + 2] = (byte) Blocks.signedScale(matrix.data(), at, 2 * b + 1);
        }
        yield halves(at + 208, lane + count * VECTOR, 1);
      }
      case F32, F16, BF16 -> throw new IllegalArgumentException(type + " is not packed");
    };
  }

  /* One F16 number of each of some blocks; false if one is infinite or no number. */
  private boolean halves(long from, int to, int count) {
    boolean finite = true;
    for (int b = 0; b < count; b++) {
      short half = matrix.data().get(U16, from + (long) b * type.blockBytes());
      put(to + b * VECTOR, half);
      finite &= (half & 0x7C00) != 0x7C00;
    }
    return finite;
  }

  private void put(int at, int lane) {
    panel[at] = (byte) lane;
    panel[at + 1] = (byte) (lane >> 8);
  }

  /* The lane of a row among the 128 of a step. */
  private static int lane(int row) {
    int i = row % GROUP;
    int half = GROUP / 2;
    return row - i + (i < half ? 2 * i : 2 * (i - half) + 1);
  }

  /* Where the bytes of a row stand: those of rows i and i + 16 alternate in four bytes. */
  private static int fourBytes(int row) {
    int lane = lane(row);
    return lane / 2 * 4 + lane % 2;
  }
}
