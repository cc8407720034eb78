package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.model.PageLayout;
import java.util.ArrayDeque;

/**
 * The memory of keys and values: a bounded number of pages of {@link Kernels#PAGE} positions each.
 * Sequences reserve all the pages they may ever need before they start, so none can run dry half
 * way; memory is taken only when a position is reached, and reused afterwards.
 *
 * <p>For the engine's thread alone.
 */
public final class KvCache {
  private final PageLayout layout;
  private final int pages;
  private final ArrayDeque<float[]> free = new ArrayDeque<>();
  private int reserved;

  /** Room for {@code positions}, rounded up to whole pages. */
  public KvCache(PageLayout layout, int positions) {
    this.layout = layout;
    this.pages = pages(positions);
  }

  /** Pages that hold this many positions. */
  public static int pages(int positions) {
    return Math.ceilDiv(positions, Kernels.PAGE);
  }

  /** Sets pages aside if so many are left. */
  boolean reserve(int count) {
    if (count > pages - reserved) return false;
    reserved += count;
    return true;
  }

  /** A page out of those set aside; its content is arbitrary. */
  float[] take() {
    float[] page = free.poll();
    return page == null ? new float[layout.floats()] : page;
  }

  /** Gives back a reservation of {@code count} and the pages taken from it. */
  void release(int count, float[][] taken, int takenCount) {
    reserved -= count;
    for (int i = 0; i < takenCount; i++) free.push(taken[i]);
  }

  /** Positions set aside. */
  public long positionsReserved() {
    return (long) reserved * Kernels.PAGE;
  }

  /** Positions in all. */
  public long positions() {
    return (long) pages * Kernels.PAGE;
  }
}
