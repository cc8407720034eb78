package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.KvPage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages that nobody uses, by where they lie in their slabs. Attention reads long stretches of
 * memory faster than many short ones, and sequences that grow side by side would take the pages of
 * a slab in turns. So who begins a stretch keeps some pages behind it for himself: others take
 * those only when there are no more.
 *
 * <p>What is kept is a preference and no possession: a page is free or not, and everything else may
 * be given up at any time.
 *
 * <p>For the engine's thread alone.
 */
final class FreePages {
  private final List<KvPage> pages = new ArrayList<>();
  private final IdentityHashMap<KvPage, Integer> numbers = new IdentityHashMap<>();
  private final BitSet firsts = new BitSet(); // of slabs
  private final BitSet open = new BitSet(); // free
  private final BitSet kept = new BitSet(); // free, but others come first
  private int free;

  /** Pages of a new slab, in its order. */
  void add(KvPage[] slab) {
    firsts.set(pages.size());
    for (KvPage page : slab) {
      numbers.put(page, pages.size());
      pages.add(page);
      put(page);
    }
  }

  /** Takes a page back. */
  void put(KvPage page) {
    open.set(number(page));
    free++;
  }

  /** Free pages, kept ones included. */
  int size() {
    return free;
  }

  /** Free pages that are kept for nobody. */
  int open() {
    return free - kept.cardinality();
  }

  /** Gives the page behind this one in its slab, if it is free. */
  @Nullable KvPage behind(KvPage page) {
    int next = number(page) + 1;
    if (firsts.get(next) || !(open.get(next) || kept.get(next))) return null;
    return remove(next);
  }

  /**
   * Gives the first page of a stretch of so many and keeps the others; of a shorter one if there is
   * none. Null if every free page is kept.
   */
  @Nullable KvPage begin(int run) {
    int best = -1;
    int most = 0;
    for (int at = open.nextSetBit(0); at >= 0 && most < run; ) {
      int end = end(at);
      if (end - at > most) {
        best = at;
        most = end - at;
      }
      at = open.nextSetBit(end);
    }
    if (best < 0) return null;
    int end = best + Math.min(run, most);
    open.clear(best + 1, end);
    kept.set(best + 1, end);
    return remove(best);
  }

  /* Where a stretch ends that begins here. */
  private int end(int at) {
    int end = open.nextClearBit(at);
    int slab = firsts.nextSetBit(at + 1);
    return slab < 0 ? end : Math.min(end, slab);
  }

  /** Whoever has this page as his last one needs no more. */
  void leave(KvPage last) {
    for (int at = number(last) + 1; kept.get(at) && !firsts.get(at); at++) giveUp(at);
  }

  /** Memory is short: nothing is kept for anybody. */
  void giveUp() {
    for (int at = kept.nextSetBit(0); at >= 0; at = kept.nextSetBit(at + 1)) giveUp(at);
  }

  private void giveUp(int at) {
    kept.clear(at);
    open.set(at);
  }

  private KvPage remove(int number) {
    open.clear(number);
    kept.clear(number);
    free--;
    return pages.get(number);
  }

  private int number(KvPage page) {
    Integer number = numbers.get(page);
    if (number == null) throw new IllegalArgumentException("a page of another cache");
    return number;
  }
}
