package dev.kedge.engine.kernel;

import static dev.kedge.engine.kernel.AttentionBlock.AT_ONCE;
import static dev.kedge.engine.kernel.VectorKernels.FLOATS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Attention over pages with vectors. A lane is a position while scores are computed and a dimension
 * while values are added, so no sum crosses lanes. One pack of queries reads all keys and then all
 * values in stretches as long as they lie in memory; several packs go through a few pages before
 * the next ones are read. Of one query the order of sums is that of {@link ScalarAttention}. Slots
 * that a query does not see are computed along and get weight 0, which changes nothing since pages
 * hold finite numbers only.
 *
 * <p>Where there is {@link AttentionCode}, it does the products with pages of halves. What follows
 * is about those in Java's vectors.
 *
 * <p>What one token costs after 4,000, with one thread of Zen 5 that reads 40 GB/s and multiplies
 * and adds 122·10⁹ times a second: 22 layers of 4 heads of 64, 8 queries each: bytes 2.2 ms,
 * multiply-adds 3.0, this 7.3; 32 layers of 8 heads of 128, 4 queries each: 13, 8.6 and 27. From
 * the first-level cache scores reach 95 % of the multiply-adds, values 80; from memory they wait,
 * for the processor fetches ahead only where a stretch is long and little else is read or written
 * beside it: keys take 2.8 ns a line for eight queries in stretches of 512 KB, 4.2 in those of 64
 * KB and 8.5 in those of 16 KB. Reading alone is as fast in all of them, hence the burst at the
 * beginning of each; bursts all along cost more than the waiting they save.
 */
final class VectorAttention {
  private static final int WIDTH = FLOATS.length();

  /* Lines of memory that are read before work on them begins, see ahead. */
  private static final int AHEAD = 256;

  /* Pages that several packs read one after the other: they stay in the cache meanwhile. */
  private static final int PIECE = 8;

  private static final int KEYS = -1; // among groups of values

  private final AttentionBlock block;
  private final KvPage[] pages;
  private final int layer;
  private final int head;
  private final KvLayout layout;
  private final KvType type;
  private final boolean coded; // in machine code
  private final boolean eight; // queries at a time
  private final boolean paired; // stretches of memory

  /** For queries that are all there; they are scaled as the kernels want them. */
  VectorAttention(AttentionBlock block, KvPage[] pages, int layer, int head, boolean machineCode) {
    this.block = block;
    this.pages = pages;
    this.layer = layer;
    this.head = head;
    this.layout = block.layout;
    this.type = layout.type();
    this.coded = type == KvType.F16 && machineCode;
    boolean wide = type == KvType.F16 && EightQueries.ENABLED && !coded;
    this.eight = wide && block.count() > AT_ONCE;
    this.paired = wide && block.count() > 1 && !eight;
    block.prepare(
        coded ? AttentionCode.together(block.count()) : eight ? EightQueries.QUERIES : AT_ONCE);
    scaleQueries(block, type == KvType.F16 ? HalfAttention.UP : 1);
    if (type == KvType.F16) block.turn();
  }

  /**
   * As {@link Kernels#attend}.
   *
   * @param machineCode whether pages of halves are left to {@link AttentionCode}
   */
  static void attend(
      AttentionBlock block, KvPage[] pages, int layer, int head, float scale, boolean machineCode) {
    VectorAttention attention = new VectorAttention(block, pages, layer, head, machineCode);
    int count = block.count();
    int end = block.toPage();
    int piece = count <= block.together() ? end : PIECE;
    for (int page = block.fromPage(); page < end; page += piece) {
      for (int pack = 0; pack < count; pack += block.together()) {
        attention.score(page, page + piece, pack, scale);
      }
    }
    float[] inverse = new float[count];
    for (int i = 0; i < count; i++) inverse[i] = 1 / PageWeights.weigh(block, i);
    for (int page = block.fromPage(); page < end; page += piece) {
      for (int pack = 0; pack < count; pack += block.together()) {
        attention.mix(page, page + piece, pack);
      }
    }
    for (int i = 0; i < count; i++) multiply(block.out, i * block.padded, block.padded, inverse[i]);
  }

  /** Scores of a pack with the keys of pages {@code from} to {@code to} − 1, if it sees them. */
  void score(int from, int to, int pack, float scale) {
    int first = Math.max(from, block.fromPage(pack));
    int end = Math.min(to, block.toPage(pack));
    if (coded) {
      scoreStretches(first, end, pack, scale);
      return;
    }
    int half = paired ? (end - first + 1) / 2 : end - first;
    for (int p = first; p < first + half; p++) {
      int at = block.place(pack, p);
      if (begins(first, p)) ahead(p, first + half, KEYS);
      if (paired) {
        // Where the number is odd, the last one takes part twice.
        int q = Math.min(p + half, end - 1);
        if (begins(first + half, q)) ahead(q, end, KEYS);
        int second = block.place(pack, q);
        PairedHalves.score(block, pages[p], pages[q], layer, head, pack, at, second, scale);
      } else if (eight) {
        EightQueries.score(block, pages[p], layer, head, pack, at, scale);
      } else {
        int last = block.packEnd(pack);
        switch (type) {
          case F16 -> HalfAttention.score(block, pages[p], layer, head, pack, last, at, scale);
          case Q8 -> ByteAttention.score(block, pages[p], layer, head, pack, last, at, scale);
        }
      }
    }
  }

  /** Adds the values of pages {@code from} to {@code to} − 1 to the results of a pack. */
  void mix(int from, int to, int pack) {
    int first = Math.max(from, block.fromPage(pack));
    int end = Math.min(to, block.toPage(pack));
    int groups = block.padded / KvLayout.GROUP;
    if (coded) {
      for (int group = 0; group < groups; group++) mixStretches(first, end, group, pack);
      return;
    }
    // Four queries' weights are few enough to be read again for each pair of groups.
    int together = paired ? 2 : groups;
    for (int group = 0; group < groups; group += together) {
      int last = Math.min(groups, group + together);
      for (int p = first; p < end; p++) {
        if (begins(first, p)) for (int g = group; g < last; g++) ahead(p, end, g);
        mixPage(p, group, last, pack);
      }
    }
  }

  private void mixPage(int p, int group, int last, int pack) {
    KvPage page = pages[p];
    int w = block.place(pack, p);
    int slots = block.slots(pack, p);
    int end = block.packEnd(pack);
    if (paired && last - group == 2) {
      PairedHalves.mix(block, page, layer, head, group, pack, w, slots);
    } else if (type == KvType.Q8) {
      ByteAttention.mix(block, page, layer, head, pack, end, w, slots);
    } else if (eight) {
      for (int g = group; g < last; g++) {
        EightQueries.mix(block, page, layer, head, g, pack, w, slots);
      }
    } else {
      for (int g = group; g < last; g++) {
        HalfAttention.mix(block, page, layer, head, g, pack, end, w, slots);
      }
    }
  }

  private void scoreStretches(int first, int end, int pack, float scale) {
    int ahead = AttentionCode.pagesAhead(layout.keyLines());
    for (int p = first; p < end; ) {
      int stretch = nextStretch(p, end);
      int next = stretch - p > ahead ? stretch - ahead : stretch;
      MemorySegment keys = memory(p, KEYS);
      MemorySegment then = memory(p, next, ahead, stretch, end, KEYS, first);
      int at = block.place(pack, p);
      AttentionCode.score(block, keys, next - p, then, pack, at, scale);
      p = next;
    }
  }

  private void mixStretches(int first, int end, int group, int pack) {
    int ahead = AttentionCode.pagesAhead(layout.valueLines());
    for (int p = first; p < end; ) {
      int stretch = nextStretch(p, end);
      int next = stretch - p > ahead ? stretch - ahead : stretch;
      MemorySegment values = memory(p, group);
      MemorySegment then = memory(p, next, ahead, stretch, end, group, first);
      int w = block.place(pack, p);
      AttentionCode.mix(block, values, next - p, then, group, pack, w);
      p = next;
    }
  }

  /* Keys of a page, or a group of values. */
  private MemorySegment memory(int page, int group) {
    KvPage one = pages[page];
    int from = group == KEYS ? layout.keys(one, head) : layout.values(one, head, group);
    return AttentionCode.at(one.words[layer], from);
  }

  /* What to ask for while pages from p to next − 1 are read: further pages of the stretch, or what
   * is read after it. */
  private MemorySegment memory(
      int p, int next, int ahead, int stretch, int end, int group, int first) {
    if (next < stretch) return memory(p + ahead, group);
    if (stretch < end) return memory(stretch, group);
    boolean more = group + 1 < block.padded / KvLayout.GROUP;
    return more ? memory(first, group + 1) : memory(p, group);
  }

  /* The first page after this one that does not lie behind the one before it, or the end. */
  private int nextStretch(int page, int end) {
    int next = page + 1;
    while (next < end && !begins(page, next)) next++;
    return next;
  }

  /* Whether a page does not lie behind the one that was read before. */
  private boolean begins(int first, int page) {
    return page <= first || !pages[page].follows(pages[page - 1]);
  }

  /* Reads the beginning of a stretch of keys, or of a group of values, without doing anything:
   * until the processor fetches ahead by itself this is faster than with work in between. */
  private void ahead(int page, int end, int group) {
    int lines = group == KEYS ? layout.keyLines() : layout.valueLines();
    int count = lines;
    for (int p = page + 1; p < end && count < AHEAD && !begins(page, p); p++) count += lines;
    int from =
        group == KEYS ? layout.keys(pages[page], head) : layout.values(pages[page], head, group);
    int[] words = pages[page].words[layer];
    int sum = 0;
    for (int i = 0; i < count; i++) sum += words[from + i * KvLayout.ROW];
    block.touched += sum;
  }

  private static void scaleQueries(AttentionBlock block, float factor) {
    float[] queries = block.queries;
    int length = block.count() * block.padded;
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, queries, i)
          .max(-ScalarAttention.LARGEST_QUERY)
          .min(ScalarAttention.LARGEST_QUERY)
          .mul(factor)
          .intoArray(queries, i);
    }
  }

  private static void multiply(float[] x, int offset, int length, float factor) {
    for (int i = offset; i < offset + length; i += WIDTH) {
      FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
    }
  }
}
