package dev.kedge.bench.engine;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.AttentionBlock;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * The engine's products and attention beside variants that share a sum's columns or positions out
 * over the threads and add the halves, which identical bits with one and two threads forbid. The
 * variants use the same kernels; their attention leaves out joining the halves, so it is faster
 * than any real one.
 *
 * <p>Arguments: threads, type. Prints times in turn, medians, and what sharing would save.
 */
public final class SharedSums {
  private static final int ROUNDS = 41;
  private static final int WARM_UP = 12;

  private final Workers workers;
  private final Kernels kernels = Kernels.best();
  private final Random random = new Random(1);

  private SharedSums(Workers workers) {
    this.workers = workers;
  }

  /** Prints a line per shape. */
  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    TensorType type = TensorType.valueOf(args.length > 1 ? args[1] : "Q4_0");
    try (Workers workers = new Workers(threads)) {
      SharedSums cost = new SharedSums(workers);
      for (int tokens : new int[] {1, 8, 64}) {
        cost.product(type, 2048, 2048, tokens);
        cost.product(type, 256, 2048, tokens);
        cost.product(type, 2048, 5632, tokens);
      }
      cost.attention(4, 8, 64);
      cost.attention(8, 4, 128);
    }
  }

  /* A matrix with its packed form and the tokens that meet it. */
  private record Factors(Matrix weights, Activations x, float[] out) {}

  private Factors factors(TensorType type, int rows, int columns, int tokens) {
    MemorySegment data = Arena.ofAuto().allocate(type.bytes((long) rows * columns), 64);
    for (long i = 0; i < data.byteSize(); i++) {
      // No exponent of a scale becomes that of infinity.
      data.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt() & 0x3B));
    }
    Matrix plain = new Matrix(type, rows, columns, data);
    MemorySegment packed = Arena.ofAuto().allocate(Packer.bytes(plain), 64);
    Packer packer = new Packer(plain);
    for (int p = 0; p < Packer.panels(plain); p++) {
      if (!packer.pack(p, packed)) throw new IllegalStateException("infinite scale");
    }
    Activations x = new Activations(tokens, columns);
    for (int i = 0; i < x.values().length; i++) x.values()[i] = (float) random.nextGaussian();
    for (int t = 0; t < tokens; t++) kernels.quantize(x, t);
    return new Factors(plain.withPacked(packed), x, new float[tokens * rows]);
  }

  private void product(TensorType type, int rows, int columns, int tokens) {
    Factors whole = factors(type, rows, columns, tokens);
    Factors left = factors(type, rows, columns / 2, tokens);
    Factors right = factors(type, rows, columns / 2, tokens);
    int panels = (rows + 127) / 128;
    Runnable exact = () -> workers.run(panels, (p, _) -> panel(whole, p, tokens));
    Runnable free =
        () -> {
          workers.run(2 * panels, (p, _) -> panel(p % 2 == 0 ? left : right, p / 2, tokens));
          kernels.add(left.out, 0, right.out, 0, left.out.length);
        };
    print("%s %d × %d, %d tokens".formatted(type, rows, columns, tokens), exact, free);
  }

  private void panel(Factors f, int panel, int tokens) {
    int rows = f.weights.rows();
    int to = Math.min(rows, panel * 128 + 128);
    kernels.multiply(f.weights, panel * 128, to, f.x, tokens, f.out, rows);
  }

  private void attention(int heads, int group, int size) {
    int positions = 4000;
    KvLayout layout = new KvLayout(KvType.F16, 1, heads, size);
    KvPage[] pages = layout.pages(positions);
    float[] values = new float[heads * size];
    for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
    for (int p = 0; p < positions * heads; p++) {
      int at = p / heads;
      int head = p % heads;
      KvPage page = pages[at / Kernels.PAGE];
      kernels.store(page, 0, head, at % Kernels.PAGE, values, values, head * size);
    }
    AttentionBlock[] blocks = new AttentionBlock[workers.threads()];
    for (int i = 0; i < blocks.length; i++) blocks[i] = new AttentionBlock(layout);
    int middle = positions / 2;
    Runnable exact =
        () ->
            workers.run(heads, (h, w) -> attend(blocks[w], pages, values, h, group, 0, positions));
    Runnable free =
        () ->
            workers.run(
                2 * heads,
                (h, w) -> {
                  int from = h % 2 * middle;
                  attend(blocks[w], pages, values, h / 2, group, from, from + middle);
                });
    print("attention, %d × %d heads of %d, 4,000".formatted(heads, group, size), exact, free);
  }

  private void attend(
      AttentionBlock block, KvPage[] pages, float[] q, int head, int group, int from, int to) {
    block.clear();
    for (int i = 0; i < group; i++) block.add(q, 0, from, to);
    kernels.attend(block, pages, 0, head, 0.1f);
  }

  private static void print(String what, Runnable exact, Runnable free) {
    double[] a = new double[ROUNDS - WARM_UP];
    double[] b = new double[ROUNDS - WARM_UP];
    for (int round = 0; round < ROUNDS; round++) {
      double first = seconds(exact);
      double second = seconds(free);
      if (round >= WARM_UP) {
        a[round - WARM_UP] = first;
        b[round - WARM_UP] = second;
      }
    }
    Arrays.sort(a);
    Arrays.sort(b);
    double exactTime = a[a.length / 2];
    double freeTime = b[b.length / 2];
    System.out.printf(
        Locale.ROOT,
        "%-40s whole sums %8.1f µs, shared %8.1f µs: whole ones cost %+.1f %%%n",
        what,
        exactTime * 1e6,
        freeTime * 1e6,
        100 * (exactTime / freeTime - 1));
  }

  /* Often enough that the clock does not count. */
  private static double seconds(Runnable work) {
    work.run();
    int times = 0;
    long start = System.nanoTime();
    long now;
    do {
      work.run();
      times++;
      now = System.nanoTime();
    } while (now - start < 8_000_000);
    return (now - start) / 1e9 / times;
  }
}
