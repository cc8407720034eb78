package dev.kedge.engine.kernel;

import java.util.Arrays;

/**
 * Queries of one sequence that read the same key-value head, and scratch memory to answer them. Up
 * to {@link #QUERIES} go through a page together, so that it is read from memory and converted once
 * for all of them; each has its own sums, so its result does not depend on the others.
 *
 * <p>For one thread.
 */
public final class AttentionBlock {
  /** Most queries of a block. */
  public static final int QUERIES = 32;

  /** Queries that the kernels take at a time, unless there are more and registers for them. */
  static final int AT_ONCE = 4;

  /* Blocks take turns in so many floats: to write scores to what the second-level cache holds slows
   * down the reading of keys beside it, on Zen 5 from 2.8 to 4.8 ns a line; what only the third
   * holds does not. */
  private static final int SCORES = 1 << 18;

  /* What stays in the first-level cache need not take turns. */
  private static final int SMALL = 1 << 12;

  /** From a query's scores of a page to those of the next query of the pack. */
  static final int STRIDE = Kernels.PAGE;

  final KvLayout layout;
  final int padded;
  final float[] queries; // [QUERIES][padded]
  final float[] out; // [QUERIES][padded]
  final int[] first = new int[QUERIES];
  final int[] end = new int[QUERIES];
  private int count;

  /* [pack][padded][query of the pack], for kernels that take a pack's queries side by side. */
  final float[] turned;

  /* [pack][page][query of the pack][STRIDE]: scores, then weights of all pages that some query
   * sees. What kernels read together lies together, at distances that the compiler knows. */
  float[] scores = {};
  private int together = AT_ONCE;
  private final int[] fromPage = new int[QUERIES / AT_ONCE]; // per pack
  private final int[] toPage = new int[QUERIES / AT_ONCE];
  private final int[] ends = new int[QUERIES / AT_ONCE]; // the position after the last that is seen
  private int base; // the first page
  private int pages;

  private int area; // where they begin
  /* What was read only to have it in the cache. */
  int touched;

  public AttentionBlock(KvLayout layout) {
    this.layout = layout;
    this.padded = layout.padded();
    this.queries = new float[QUERIES * padded];
    this.out = new float[QUERIES * padded];
    this.turned = new float[QUERIES * padded];
  }

  /** Forgets all queries. */
  public void clear() {
    count = 0;
  }

  /**
   * Adds a query of {@code size} values.
   *
   * @param first position that it sees
   * @param end the position after the last that it sees, more than {@code first}
   */
  public void add(float[] values, int offset, int first, int end) {
    System.arraycopy(values, offset, queries, count * padded, layout.size());
    this.first[count] = first;
    this.end[count] = end;
    count++;
  }

  /** Queries so far. */
  public int count() {
    return count;
  }

  /** Copies a query's result of {@code size} values. */
  public void result(int query, float[] to, int offset) {
    System.arraycopy(out, query * padded, to, offset, layout.size());
  }

  /** Queries that pass through a page at a time; unused ones among them are zero. */
  int together() {
    return together;
  }

  /** Fills {@link #turned}. */
  void turn() {
    int packed = Math.ceilDiv(count, together) * together;
    for (int pack = 0; pack < packed; pack += together) {
      for (int q = 0; q < together; q++) {
        int from = (pack + q) * padded;
        int to = pack * padded + q;
        for (int d = 0; d < padded; d++) turned[to + d * together] = queries[from + d];
      }
    }
  }

  /** Where a query's scores of a page begin, those of the next query being {@link #STRIDE} on. */
  int place(int query, int page) {
    int pack = query / together;
    return area + ((pack * pages + page - base) * together + query % together) * STRIDE;
  }

  /** From a query's scores of a page to those of the next page. */
  int apart() {
    return together * STRIDE;
  }

  /** The first page that any query of a pack sees. */
  int fromPage(int pack) {
    return fromPage[pack / together];
  }

  /** The page after the last that any query of a pack sees. */
  int toPage(int pack) {
    return toPage[pack / together];
  }

  /** The query after the last of a pack. */
  int packEnd(int pack) {
    return Math.min(count, pack + together);
  }

  /** Of a page, how many slots some query of a pack sees, counted from the first one. */
  int slots(int pack, int page) {
    return Math.min(Kernels.PAGE, ends[pack / together] - page * Kernels.PAGE);
  }

  /** The first page that any query sees. */
  int fromPage() {
    return base;
  }

  /** The page after the last that any query sees. */
  int toPage() {
    return base + pages;
  }

  /**
   * Room for the scores, zero results, and queries that do no harm up to a whole pack.
   *
   * @param together queries of a pack
   */
  void prepare(int together) {
    this.together = together;
    int packed = Math.ceilDiv(count, together) * together;
    for (int i = count; i < packed; i++) {
      first[i] = first[count - 1];
      end[i] = end[count - 1];
    }
    base = Integer.MAX_VALUE;
    int last = 0;
    for (int pack = 0; pack < packed; pack += together) {
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int i = pack; i < pack + together; i++) {
        least = Math.min(least, first[i]);
        most = Math.max(most, end[i]);
      }
      fromPage[pack / together] = least / Kernels.PAGE;
      toPage[pack / together] = Math.ceilDiv(most, Kernels.PAGE);
      ends[pack / together] = most;
      base = Math.min(base, least / Kernels.PAGE);
      last = Math.max(last, Math.ceilDiv(most, Kernels.PAGE));
    }
    pages = last - base;
    int size = Math.multiplyExact(Math.multiplyExact(packed, pages), STRIDE);
    if (scores.length < size) scores = new float[Math.max(size + size / 4, SCORES)];
    boolean turns = size > SMALL && area + 2L * size <= scores.length;
    area = turns ? area + size : 0;
    Arrays.fill(queries, count * padded, packed * padded, 0);
    Arrays.fill(out, 0, packed * padded, 0);
  }
}
