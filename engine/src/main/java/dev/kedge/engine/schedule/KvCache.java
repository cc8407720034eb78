package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvSlab;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memory of keys and values: a bounded number of pages of {@link Kernels#PAGE} positions each.
 * A page is in use, free, or keeps a text in the {@link PrefixTree} until memory is needed. Memory
 * is taken as pages are needed and never given back; where it cannot be had, the cache is as large
 * as it has become.
 *
 * <p>Pages are made in slabs, see {@link KvLayout}, and a slab takes long to make. So while pages
 * are taken the next slab is made ahead of need, a piece with every {@link #prepare}: twice as much
 * as was taken since the last one. Only who takes many at once has to wait for the rest of it.
 *
 * <p>For the engine's thread alone.
 */
public final class KvCache {
  private static final long MOST_PREPARED_BYTES = 16 << 20;

  private final KvLayout layout;
  private final PrefixTree tree = new PrefixTree();
  private final ArrayDeque<KvPage> free = new ArrayDeque<>();
  private int pages;
  private int made;
  private int taken; // since pages were prepared
  private @Nullable KvSlab next;

  /** Room for {@code positions}, rounded up to whole pages. */
  public KvCache(KvLayout layout, int positions) {
    this.layout = layout;
    this.pages = pages(positions);
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

  /**
   * A page, its content arbitrary; null if there is none after all, and {@link #available} is then
   * 0.
   */
  public @Nullable KvPage take() {
    taken++;
    if (free.isEmpty() && made < pages) make();
    KvPage page = free.poll();
    return page == null ? tree.evict() : page;
  }

  /** Makes a piece of the next slab if there are few free pages left. Once a pass. */
  void prepare() {
    long piece = Math.min(2L * taken * layout.bytes(), MOST_PREPARED_BYTES);
    taken = 0;
    if (piece == 0 || made == 0 || made == pages || free.size() >= layout.slabPages(made)) return;
    try {
      KvSlab slab = next();
      long enough = slab.bytes() + piece;
      while (!slab.complete() && slab.bytes() < enough) slab.makeLayer();
      if (slab.complete()) add(slab);
    } catch (OutOfMemoryError _) {
      next = null; // perhaps it will never be needed
    }
  }

  private KvSlab next() {
    if (next == null) next = new KvSlab(layout, Math.min(layout.slabPages(made), pages - made));
    return next;
  }

  private void add(KvSlab slab) {
    KvPage[] more = slab.pages();
    // The first of a slab is to be taken first, and behind those that are there.
    for (KvPage page : more) free.add(page);
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
    free.push(page);
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
