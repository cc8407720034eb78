package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KvCacheTest {
  private static final KvLayout SMALL = new KvLayout(KvType.F16, 1, 1, 1);

  private static KvCache cache(int pages, int longestRun) {
    return new KvCache(SMALL, pages * Kernels.PAGE, longestRun);
  }

  /* A page for one that has these, and wants so many. */
  private static @Nullable KvPage grow(KvCache cache, List<KvPage> own, int wanted) {
    KvPage page = cache.take(own.isEmpty() ? null : own.getLast(), wanted);
    if (page != null) own.add(page);
    return page;
  }

  private static List<List<KvPage>> sideBySide(KvCache cache, int sequences, int pages) {
    List<List<KvPage>> all = new ArrayList<>();
    for (int i = 0; i < sequences; i++) all.add(new ArrayList<>());
    for (int p = 0; p < pages; p++) {
      for (List<KvPage> own : all) assertThat(grow(cache, own, own.size())).isNotNull();
      cache.prepare();
    }
    return all;
  }

  private static int stretches(List<KvPage> pages) {
    int count = 1;
    for (int i = 1; i < pages.size(); i++) if (!pages.get(i).follows(pages.get(i - 1))) count++;
    return count;
  }

  @Test
  void sequencesThatGrowSideBySideHaveTheirPagesInStretches() {
    for (List<KvPage> own : sideBySide(cache(8192, 16), 64, 32)) {
      assertThat(stretches(own)).isLessThanOrEqualTo(10);
    }
    for (List<KvPage> own : sideBySide(cache(8192, 1), 64, 32)) {
      assertThat(stretches(own)).isGreaterThan(20);
    }
  }

  @Test
  void everyPageCanBeHadThoughSomeAreKeptForOthers() {
    KvCache cache = cache(100, 16);
    Set<KvPage> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 100; i++) {
      assertThat(cache.available()).isEqualTo(100 - i);
      // Sequences that want many pages and never take a second one.
      assertThat(taken.add(Objects.requireNonNull(cache.take(null, 16)))).isTrue();
    }
    assertThat(cache.available()).isZero();
    assertThat(cache.take(null, 16)).isNull();
    taken.forEach(cache::free);
    assertThat(cache.available()).isEqualTo(100);
    assertThat(cache.positionsUsed()).isZero();
  }

  @Test
  void whatWasKeptForASequenceIsForOthersWhenItLeaves() {
    KvCache cache = cache(64, 16);
    List<KvPage> first = new ArrayList<>();
    KvPage one = Objects.requireNonNull(grow(cache, first, 16));
    cache.leave(one);
    cache.free(one);
    List<KvPage> second = new ArrayList<>();
    for (int i = 0; i < 14; i++) grow(cache, second, 14);
    assertThat(second.getFirst()).isSameAs(one);
    assertThat(stretches(second)).isEqualTo(1);
  }

  @Test
  void theOldestTextsGoAFewAtATimeAndTheirPagesAreReadInOneStretch() {
    KvCache cache = cache(14, 4);
    List<KvPage> former = new ArrayList<>();
    PrefixTree.Block parent = null;
    List<PrefixTree.Block> blocks = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      KvPage page = Objects.requireNonNull(grow(cache, former, 14));
      parent = cache.tree().add("", parent, new int[] {i}, page);
      blocks.add(parent);
    }
    for (PrefixTree.Block block : blocks.reversed()) cache.tree().release(block);
    assertThat(cache.positionsKept()).isEqualTo(14L * Kernels.PAGE);
    List<KvPage> next = new ArrayList<>();
    for (int i = 0; i < 4; i++) grow(cache, next, 4);
    assertThat(next).containsExactlyElementsOf(former.subList(10, 14));
    assertThat(cache.positionsKept()).isEqualTo(10L * Kernels.PAGE);
  }

  @Test
  void memoryGrowsByAPieceWithEveryPassAndIsThereWhenItIsNeeded() {
    KvLayout layout = new KvLayout(KvType.F16, 64, 4, 32);
    KvCache cache = new KvCache(layout, 600 * Kernels.PAGE, 4);
    List<KvPage> own = new ArrayList<>();
    for (int pass = 0; pass < 600; pass++) {
      grow(cache, own, 4);
      long before = cache.bytesHeld();
      if (pass < 20) continue; // the first slab is there when it is asked for
      cache.prepare();
      long layerOfSlab = layout.bytes() / layout.layers() * layout.slabPages(600);
      assertThat(cache.bytesHeld() - before).isLessThanOrEqualTo((16 << 20) + layerOfSlab);
      before = cache.bytesHeld();
      if (pass < 599 && pass > 40) {
        grow(cache, own, 4);
        pass++;
        assertThat(cache.bytesHeld()).as("pass %d", pass).isEqualTo(before);
      }
    }
    assertThat(cache.bytesHeld()).isEqualTo(600 * layout.bytes());
  }
}
