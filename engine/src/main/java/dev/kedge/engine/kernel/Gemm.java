package dev.kedge.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * C = A·B or C += A·B in fp32. Every element of C is one chain of fused multiply-adds in ascending
 * order of the reduced dimension, so its bits depend neither on tiling, nor on threads, nor on the
 * vector width; {@link #scalar} is the specification.
 *
 * <p>Both operands are copied into panels (A: 8 rows interleaved, B: two vectors of columns
 * interleaved), which also serves transposed operands: strides say where an element lies. A
 * register tile holds 8 rows × 2 vectors; lanes lie along columns of C. A panel of B (256 × 32
 * floats) stays in the first-level cache while the panels of A pass by.
 */
public final class Gemm {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int TILE_ROWS = 8;
  private static final int TILE_COLUMNS = 2 * LANES;
  private static final int DEPTH = 256;
  private static final int BLOCK_ROWS = 256;
  private static final int BLOCK_COLUMNS = 512;

  private Gemm() {}

  /**
   * A matrix inside an array: element (r, c) lies at {@code offset + r·rowStride + c·columnStride}.
   */
  public record View(float[] data, int offset, int rowStride, int columnStride) {
    /** Row-major, rows {@code stride} apart. */
    public static View rows(float[] data, int offset, int stride) {
      return new View(data, offset, stride, 1);
    }

    /** The same elements with rows and columns exchanged. */
    public View transposed() {
      return new View(data, offset, columnStride, rowStride);
    }

    View at(int row, int column) {
      return new View(
          data, offset + row * rowStride + column * columnStride, rowStride, columnStride);
    }
  }

  /** Packing memory of one thread. */
  public static final class Scratch {
    private final float[] a = new float[BLOCK_ROWS * DEPTH];
    private final float[] b = new float[BLOCK_COLUMNS * DEPTH];
    private final float[] tile = new float[TILE_ROWS * TILE_COLUMNS];
  }

  /** The specification of {@link #multiply}. */
  public static void scalar(int m, int n, int k, View a, View b, View c, boolean add) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        int at = c.offset + i * c.rowStride + j * c.columnStride;
        float sum = add ? c.data[at] : 0;
        for (int p = 0; p < k; p++) {
          float left = a.data[a.offset + i * a.rowStride + p * a.columnStride];
          sum = Math.fma(left, b.data[b.offset + p * b.rowStride + j * b.columnStride], sum);
        }
        c.data[at] = sum;
      }
    }
  }

  /**
   * C[m×n] (+)= A[m×k]·B[k×n] on all workers.
   *
   * @param c row-major (column stride 1)
   * @param add whether the sums start from what C holds instead of zero
   */
  public static void multiply(
      TrainingWorkers workers,
      Scratch[] scratch,
      int m,
      int n,
      int k,
      View a,
      View b,
      View c,
      boolean add) {
    int rows = BLOCK_ROWS;
    int columns = BLOCK_COLUMNS;
    int wanted = workers.threads() == 1 ? 1 : 3 * workers.threads();
    while (units(m, n, rows, columns) < wanted && rows * columns > 64 * 64) {
      if (rows >= columns) rows /= 2;
      else columns /= 2;
    }
    int blockRows = rows;
    int blockColumns = columns;
    int across = (n + columns - 1) / columns;
    workers.run(
        units(m, n, rows, columns),
        (unit, worker) -> {
          int row = unit / across * blockRows;
          int column = unit % across * blockColumns;
          block(
              Math.min(blockRows, m - row),
              Math.min(blockColumns, n - column),
              k,
              a.at(row, 0),
              b.at(0, column),
              c.at(row, column),
              add,
              scratch[worker]);
        });
  }

  private static int units(int m, int n, int rows, int columns) {
    return ((m + rows - 1) / rows) * ((n + columns - 1) / columns);
  }

  /** As {@link #multiply} on the calling thread alone, for small products. */
  public static void multiply(
      Scratch scratch, int m, int n, int k, View a, View b, View c, boolean add) {
    for (int row = 0; row < m; row += BLOCK_ROWS) {
      for (int column = 0; column < n; column += BLOCK_COLUMNS) {
        int rows = Math.min(BLOCK_ROWS, m - row);
        int columns = Math.min(BLOCK_COLUMNS, n - column);
        View target = c.at(row, column);
        block(rows, columns, k, a.at(row, 0), b.at(0, column), target, add, scratch);
      }
    }
  }

  private static void block(
      int m, int n, int k, View a, View b, View c, boolean add, Scratch scratch) {
    int parts = Math.max(1, (k + DEPTH - 1) / DEPTH);
    int depth = (k + parts - 1) / parts;
    for (int from = 0; from < k || from == 0; from += Math.max(1, depth)) {
      int count = Math.min(depth, k - from);
      packB(scratch.b, b, from, count, n);
      packA(scratch.a, a, from, count, m);
      boolean start = from == 0 && !add;
      for (int j = 0; j < n; j += TILE_COLUMNS) {
        for (int i = 0; i < m; i += TILE_ROWS) {
          int rows = Math.min(TILE_ROWS, m - i);
          int columns = Math.min(TILE_COLUMNS, n - j);
          int at = c.offset + i * c.rowStride + j;
          tile(scratch, i * count, j * count, count, c.data, at, c.rowStride, rows, columns, start);
        }
      }
    }
  }

  private static void tile(
      Scratch s, int a, int b, int k, float[] c, int at, int stride, int m, int n, boolean start) {
    if (m == TILE_ROWS && n == TILE_COLUMNS) {
      product(s.a, a, s.b, b, k, c, at, stride, start);
      return;
    }
    float[] tile = s.tile;
    if (!start) {
      for (int i = 0; i < m; i++) System.arraycopy(c, at + i * stride, tile, i * TILE_COLUMNS, n);
    }
    product(s.a, a, s.b, b, k, tile, 0, TILE_COLUMNS, start);
    for (int i = 0; i < m; i++) System.arraycopy(tile, i * TILE_COLUMNS, c, at + i * stride, n);
  }

  /* Panels of 8 rows: element (i, p) at [i / 8][p][i % 8]; missing rows are zero. */
  private static void packA(float[] to, View a, int from, int k, int m) {
    float[] data = a.data;
    int stride = a.rowStride;
    for (int i = 0; i < m; i += TILE_ROWS) {
      int base = i * k;
      int rows = Math.min(TILE_ROWS, m - i);
      int source = a.offset + i * stride + from * a.columnStride;
      if (stride == 1 && rows == TILE_ROWS) {
        for (int p = 0; p < k; p++) {
          System.arraycopy(data, source + p * a.columnStride, to, base + p * TILE_ROWS, TILE_ROWS);
        }
      } else if (a.columnStride == 1 && rows == TILE_ROWS) {
        interleave8(data, source, stride, to, base, k);
      } else {
        for (int p = 0; p < k; p++) {
          for (int r = 0; r < TILE_ROWS; r++) {
            to[base + p * TILE_ROWS + r] =
                r < rows ? data[source + r * stride + p * a.columnStride] : 0;
          }
        }
      }
    }
  }

  private static void interleave8(
      float[] data, int source, int stride, float[] to, int base, int k) {
    for (int p = 0; p < k; p++) {
      int s = source + p;
      int t = base + p * TILE_ROWS;
      to[t] = data[s];
      to[t + 1] = data[s + stride];
      to[t + 2] = data[s + 2 * stride];
      to[t + 3] = data[s + 3 * stride];
      to[t + 4] = data[s + 4 * stride];
      to[t + 5] = data[s + 5 * stride];
      to[t + 6] = data[s + 6 * stride];
      to[t + 7] = data[s + 7 * stride];
    }
  }

  /* Panels of two vectors of columns: element (p, j) at [j / width][p][j % width]. */
  private static void packB(float[] to, View b, int from, int k, int n) {
    float[] data = b.data;
    for (int j = 0; j < n; j += TILE_COLUMNS) {
      int base = j * k;
      int columns = Math.min(TILE_COLUMNS, n - j);
      int source = b.offset + from * b.rowStride + j * b.columnStride;
      if (b.columnStride == 1 && columns == TILE_COLUMNS) {
        for (int p = 0; p < k; p++) {
          int s = source + p * b.rowStride;
          int t = base + p * TILE_COLUMNS;
          FloatVector.fromArray(SPECIES, data, s).intoArray(to, t);
          FloatVector.fromArray(SPECIES, data, s + LANES).intoArray(to, t + LANES);
        }
      } else {
        for (int c = 0; c < TILE_COLUMNS; c++) {
          packColumn(data, source + c * b.columnStride, b.rowStride, to, base + c, k, c < columns);
        }
      }
    }
  }

  private static void packColumn(
      float[] data, int source, int stride, float[] to, int base, int k, boolean present) {
    if (!present) {
      for (int p = 0; p < k; p++) to[base + p * TILE_COLUMNS] = 0;
      return;
    }
    for (int p = 0; p < k; p++) to[base + p * TILE_COLUMNS] = data[source + p * stride];
  }

  /* One register tile: 8 × 2 vectors of C over k steps. Flat, so that C2 keeps all in registers. */
  private static void product(
      float[] a, int ai, float[] b, int bi, int k, float[] c, int ci, int stride, boolean start) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector c00 = zero, c01 = zero, c10 = zero, c11 = zero;
    FloatVector c20 = zero, c21 = zero, c30 = zero, c31 = zero;
    FloatVector c40 = zero, c41 = zero, c50 = zero, c51 = zero;
    FloatVector c60 = zero, c61 = zero, c70 = zero, c71 = zero;
    int r1 = ci + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride;
    int r5 = r4 + stride, r6 = r5 + stride, r7 = r6 + stride;
    if (!start) {
      c00 = FloatVector.fromArray(SPECIES, c, ci);
      c01 = FloatVector.fromArray(SPECIES, c, ci + LANES);
      c10 = FloatVector.fromArray(SPECIES, c, r1);
      c11 = FloatVector.fromArray(SPECIES, c, r1 + LANES);
      c20 = FloatVector.fromArray(SPECIES, c, r2);
      c21 = FloatVector.fromArray(SPECIES, c, r2 + LANES);
      c30 = FloatVector.fromArray(SPECIES, c, r3);
      c31 = FloatVector.fromArray(SPECIES, c, r3 + LANES);
      c40 = FloatVector.fromArray(SPECIES, c, r4);
      c41 = FloatVector.fromArray(SPECIES, c, r4 + LANES);
      c50 = FloatVector.fromArray(SPECIES, c, r5);
      c51 = FloatVector.fromArray(SPECIES, c, r5 + LANES);
      c60 = FloatVector.fromArray(SPECIES, c, r6);
      c61 = FloatVector.fromArray(SPECIES, c, r6 + LANES);
      c70 = FloatVector.fromArray(SPECIES, c, r7);
      c71 = FloatVector.fromArray(SPECIES, c, r7 + LANES);
    }
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bi + p * TILE_COLUMNS);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bi + p * TILE_COLUMNS + LANES);
      int q = ai + p * TILE_ROWS;
      FloatVector x = FloatVector.broadcast(SPECIES, a[q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(SPECIES, a[q + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(SPECIES, a[q + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(SPECIES, a[q + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(SPECIES, a[q + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(SPECIES, a[q + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = FloatVector.broadcast(SPECIES, a[q + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = FloatVector.broadcast(SPECIES, a[q + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, ci);
    c01.intoArray(c, ci + LANES);
    c10.intoArray(c, r1);
    c11.intoArray(c, r1 + LANES);
    c20.intoArray(c, r2);
    c21.intoArray(c, r2 + LANES);
    c30.intoArray(c, r3);
    c31.intoArray(c, r3 + LANES);
    c40.intoArray(c, r4);
    c41.intoArray(c, r4 + LANES);
    c50.intoArray(c, r5);
    c51.intoArray(c, r5 + LANES);
    c60.intoArray(c, r6);
    c61.intoArray(c, r6 + LANES);
    c70.intoArray(c, r7);
    c71.intoArray(c, r7 + LANES);
  }
}
