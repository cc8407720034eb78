package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvSlab;
import org.jspecify.annotations.Nullable;

/**
 * The memory of keys and values: a bounded number of pages of {@link Kernels#PAGE} positions each.
 * A page is in use, free, or keeps a text in the {@link PrefixTree} until memory is needed. Memory
 * is taken as pages are needed and never given back; where it cannot be had, the cache is as large
 * as it has become.
 *
 * <p>Pages are made in slabs, see {@link KvLayout}, and a slab takes long to make. So while pages
 * are taken the next slab is made ahead of need, a piece with every {@link #prepare}. Only who
 * takes many at once has to wait for the rest of it.
 *
 * <p>For the engine's thread alone.
 */
public final class KvCache {
  private static final long MOST_PREPARED_BYTES = 16 << 20;

  /* Stretches of so many pages are read at nine tenths of the speed that long ones reach. */
  private static final int LONGEST_RUN = 16;

  private final KvLayout layout;
  private final PrefixTree tree = new PrefixTree();
  private final FreePages free = new FreePages();
  private final int longestRun;
  private int pages;
  private int made;
  private int taken; // since pages were prepared
  private @Nullable KvSlab next;
  private boolean exhausted;

  /** Room for {@code positions}, rounded up to whole pages. */
  public KvCache(KvLayout layout, int positions) {
    this(layout, positions, Math.clamp(pages(positions) / 64, 1, LONGEST_RUN));
  }

  /**
   * The same.
   *
   * @param longestRun pages at most that are kept together for a sequence, those that it has taken
   *     included
   */
  KvCache(KvLayout layout, int positions, int longestRun) {
    this.layout = layout;
    this.pages = pages(positions);
    this.longestRun = longestRun;
  }

  /** Pages that hold this many positions. */
  public static int pages(int positions) {
    return Math.ceilDiv(positions, Kernels.PAGE);
  }

  PrefixTree tree() {
    return tree;
  }

  /** Pages that can be had. */
  int available() {
    return pages - made + free.size() + tree.idle();
  }

  /** A page for a short time. */
  public @Nullable KvPage take() {
    return take(null, 1);
  }

  /**
   * A page, its content arbitrary; null if there is none after all, and {@link #available} is then
   * 0.
   *
   * @param last page that the sequence has; the one behind it is the best
   * @param wanted pages that the sequence will probably take, this one included
   */
  public @Nullable KvPage take(@Nullable KvPage last, int wanted) {
    int open = free.open();
    KvPage page = last == null ? null : free.behind(last);
    int run = Math.clamp(wanted, 1, longestRun);
    if (page == null) page = free.begin(run);
    if (page == null && made < pages) {
      make();
      open = free.open();
      page = free.begin(run);
    }
    taken += open - free.open();
    return page == null ? again(run) : page;
  }

  /* All that there may be is made and in use, or kept for somebody. The oldest texts go, a few at a
   * time, for their pages lie side by side. */
  private @Nullable KvPage again(int run) {
    for (int i = 0; i < run; i++) {
      KvPage page = tree.evict();
      if (page != null) free.put(page);
    }
    if (free.open() == 0) free.giveUp();
    return free.begin(run);
  }

  /** Nobody goes on behind this page: what was kept there is for others. */
  void leave(KvPage last) {
    free.leave(last);
  }

  /**
   * Makes a piece of the next slab if there are few free pages left. Once a pass.
   *
   * <p>The less is left, the larger the piece: at twice the rate of this pass the slab is there
   * when the last page goes.
   */
  void prepare() {
    int out = taken;
    taken = 0;
    int open = free.open();
    if (out == 0 || made == pages || exhausted || open >= layout.slabPages(made)) return;
    try {
      KvSlab slab = next();
      long rest = slab.count() * layout.bytes() - slab.bytes();
      long piece = out * Math.max(2 * layout.bytes(), rest / Math.max(1, open - 2 * out));
      long enough = slab.bytes() + Math.min(piece, MOST_PREPARED_BYTES);
      while (!slab.complete() && slab.bytes() < enough) slab.makeLayer();
      if (slab.complete()) add(slab);
    } catch (OutOfMemoryError _) {
      next = null; // perhaps it will never be needed, or smaller ones fit
      exhausted = true;
    }
  }

  private KvSlab next() {
    if (next == null) next = new KvSlab(layout, Math.min(layout.slabPages(made), pages - made));
    return next;
  }

  private void add(KvSlab slab) {
    KvPage[] more = slab.pages();
    free.add(more);
    made += more.length;
    next = null;
  }

  /* Less where there is not as much memory as growth would have. */
  private void make() {
    int count = next().count();
    while (count > 0) {
      try {
        KvSlab slab = next == null ? new KvSlab(layout, count) : next;
        while (!slab.complete()) slab.makeLayer();
        add(slab);
        return;
      } catch (OutOfMemoryError _) {
        next = null;
        count /= 2; // as many may fit
      }
    }
    pages = made;
  }

  /** Gives a page back. */
  public void free(KvPage page) {
    free.put(page);
  }

  /** Positions in pages that sequences use; a page that several share counts once. */
  public long positionsUsed() {
    return (long) (made - free.size() - tree.idle()) * Kernels.PAGE;
  }

  /** Positions in pages that keep the beginnings of former texts. */
  public long positionsKept() {
    return (long) tree.idle() * Kernels.PAGE;
  }

  /** Positions that memory was taken for. */
  public long positionsHeld() {
    return (long) made * Kernels.PAGE;
  }

  /** Bytes of these, and of those that are being made. */
  public long bytesHeld() {
    return made * layout.bytes() + (next == null ? 0 : next.bytes());
  }

  /** Positions in all. */
  public long positions() {
    return (long) pages * Kernels.PAGE;
  }
}
