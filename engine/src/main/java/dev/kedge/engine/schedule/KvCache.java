package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memory of keys and values: a bounded number of pages of {@link Kernels#PAGE} positions each.
 * A page is in use, free, or keeps a text in the {@link PrefixTree} until memory is needed. Memory
 * is taken when a page is first needed and never given back; where it cannot be had, the cache is
 * as large as it has become.
 *
 * <p>For the engine's thread alone.
 */
public final class KvCache {
  private final KvLayout layout;
  private final PrefixTree tree = new PrefixTree();
  private final ArrayDeque<KvPage> free = new ArrayDeque<>();
  private int pages;
  private int made;

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
    if (free.isEmpty() && made < pages) make();
    KvPage page = free.poll();
    return page == null ? tree.evict() : page;
  }

  /* Less where there is not as much memory as growth would have. */
  private void make() {
    for (int count = layout.slabPages(made); count > 0; count /= 2) {
      try {
        KvPage[] slab = layout.slab(Math.min(count, pages - made));
        // The first of a slab is to be taken first.
        for (int i = slab.length - 1; i >= 0; i--) free.push(slab[i]);
        made += slab.length;
        return;
      } catch (OutOfMemoryError _) {
        // Half as many may fit.
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

  /** Bytes of these. */
  public long bytesHeld() {
    return made * layout.bytes();
  }

  /** Positions in all. */
  public long positions() {
    return (long) pages * Kernels.PAGE;
  }
}
