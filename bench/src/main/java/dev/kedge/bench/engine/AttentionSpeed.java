package dev.kedge.bench.engine;

import dev.kedge.engine.kernel.AttentionBlock;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.MachineLimits;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Attention over pages beside the speed at which the same machine reads memory, in turn: how close
 * generation at long context comes to the cost of its bytes, and what a piece of a prompt reaches.
 *
 * <p>Arguments: threads, positions, layers, key-value heads, query heads for each, size of a head.
 */
public final class AttentionSpeed {
  private static final int ROUNDS = 7;
  private static final long WARM_UP_NANOS = 3_000_000_000L;
  private static final int COLUMNS = 1 << 12;

  private final Workers workers;
  private final int positions;
  private final int layers;
  private final int heads;
  private final int group;
  private final int size;
  private final Kernels kernels = Kernels.best();

  private AttentionSpeed(int[] shape) {
    this.workers = new Workers(shape[0]);
    this.positions = shape[1];
    this.layers = shape[2];
    this.heads = shape[3];
    this.group = shape[4];
    this.size = shape[5];
  }

  /** Prints a line per kind. */
  public static void main(String[] args) {
    int[] shape = {2, 4000, 16, 8, 4, 128};
    for (int i = 0; i < args.length; i++) shape[i] = Integer.parseInt(args[i]);
    AttentionSpeed speed = new AttentionSpeed(shape);
    try {
      System.out.println(speed.kernels.description() + ", shape " + Arrays.toString(shape));
      for (KvType type : KvType.values()) speed.measure(type);
    } finally {
      speed.workers.close();
    }
  }

  private void measure(KvType type) {
    KvLayout layout = new KvLayout(type, layers, heads, size);
    KvPage[] pages = filled(layout);
    double bytes = (double) layout.bytes() * pages.length;
    Matrix plain = floats(bytes);
    AttentionBlock[] blocks = new AttentionBlock[workers.threads()];
    for (int i = 0; i < blocks.length; i++) blocks[i] = new AttentionBlock(layout);
    int many = AttentionBlock.QUERIES / group;
    double read = 0;
    double[] one = new double[ROUNDS];
    double[] piece = new double[ROUNDS];
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < WARM_UP_NANOS) {
      attend(pages, blocks, 1);
      attend(pages, blocks, many);
    }
    for (int i = 0; i < ROUNDS; i++) {
      read = Math.max(read, MachineLimits.readBytesPerSecond(workers, List.of(plain)));
      one[i] = seconds(() -> attend(pages, blocks, 1));
      piece[i] = seconds(() -> attend(pages, blocks, many));
    }
    double macs = 2.0 * positions * layers * heads * group * size;
    System.out.printf(
        Locale.ROOT,
        "%s: memory %.1f GB/s; one token %.1f GB/s (%.0f %% of it), %.1f GMAC/s; %d tokens %.1f"
            + " GMAC/s%n",
        type,
        read / 1e9,
        bytes / median(one) / 1e9,
        100 * bytes / median(one) / read,
        macs / median(one) / 1e9,
        many,
        many * macs / median(piece) / 1e9);
  }

  private KvPage[] filled(KvLayout layout) {
    KvPage[] pages = layout.pages(positions);
    Random random = new Random(1);
    float[] values = new float[heads * size];
    for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
    for (int p = 0; p < positions; p++) {
      for (int l = 0; l < layers; l++) {
        for (int h = 0; h < heads; h++) {
          KvPage page = pages[p / Kernels.PAGE];
          kernels.store(page, l, h, p % Kernels.PAGE, values, values, h * size);
        }
      }
    }
    return pages;
  }

  /* Layer after layer, as a forward pass does. */
  private void attend(KvPage[] pages, AttentionBlock[] blocks, int tokens) {
    float[] query = new float[size];
    Arrays.fill(query, 0.1f);
    for (int l = 0; l < layers; l++) {
      int layer = l;
      workers.run(
          heads,
          (head, worker) -> {
            AttentionBlock block = blocks[worker];
            block.clear();
            for (int i = 0; i < tokens * group; i++) block.add(query, 0, 0, positions);
            kernels.attend(block, pages, layer, head, 0.1f);
          });
    }
  }

  /* As much memory as the pages take, to be read alone. */
  private static Matrix floats(double bytes) {
    int rows = (int) Math.ceilDiv((long) bytes, 4L * COLUMNS);
    MemorySegment data = Arena.ofAuto().allocate(4L * COLUMNS * rows, 64).fill((byte) 1);
    return new Matrix(TensorType.F32, rows, COLUMNS, data);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
