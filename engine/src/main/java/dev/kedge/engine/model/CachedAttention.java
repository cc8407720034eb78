package dev.kedge.engine.model;

import dev.kedge.engine.kernel.AttentionBlock;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.Workers;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Attention of a batch over the sequences' pages. A part of the work is one key-value head of some
 * rows of one sequence: those read the same pages, so they go through them together, as many as a
 * block holds. Many short sequences and a few long ones keep all threads busy alike. Where there
 * are fewer such parts than threads, as for one token and many processors, several threads share
 * the queries of a key-value head: they read the same memory, but at the same time.
 *
 * <p>One thread at a time.
 */
final class CachedAttention {
  private final ModelConfig config;
  private final Kernels kernels;
  private final Workers workers;
  private final AttentionBlock[] blocks; // per worker
  private final float scale;
  private final int group;
  private final int window; // positions that a query sees, its own included

  /* The batch. */
  private final List<Run> sequences = new ArrayList<>();
  private final List<Run> parts = new ArrayList<>();
  private int shares = 1; // of a key-value head's queries
  private boolean[] broken = {};

  /** Rows of one sequence, in order of position. */
  private record Run(KvPage[] pages, List<Integer> rows) {}

  CachedAttention(ModelConfig config, Kernels kernels, Workers workers, KvLayout layout) {
    this.config = config;
    this.kernels = kernels;
    this.workers = workers;
    this.group = config.heads() / config.kvHeads();
    this.window = config.window() == 0 ? Integer.MAX_VALUE : config.window();
    this.scale = (float) (1 / Math.sqrt(config.headSize()));
    this.blocks = new AttentionBlock[workers.threads()];
    for (int i = 0; i < blocks.length; i++) blocks[i] = new AttentionBlock(layout);
  }

  /** Begins a batch. */
  void begin(List<BatchRow> batch) {
    sequences.clear();
    parts.clear();
    if (broken.length < batch.size()) broken = new boolean[batch.size()];
    IdentityHashMap<KvPage[], List<Integer>> rows = new IdentityHashMap<>();
    for (int t = 0; t < batch.size(); t++) {
      broken[t] = false;
      KvPage[] pages = batch.get(t).pages();
      List<Integer> own = rows.get(pages);
      if (own == null) {
        own = new ArrayList<>();
        rows.put(pages, own);
        sequences.add(new Run(pages, own));
      }
      own.add(t);
    }
    int tokens = Math.max(1, AttentionBlock.QUERIES / group);
    for (Run run : sequences) {
      for (int from = 0; from < run.rows.size(); from += tokens) {
        int to = Math.min(run.rows.size(), from + tokens);
        parts.add(new Run(run.pages, run.rows.subList(from, to)));
      }
    }
    int whole = Math.max(1, parts.size() * config.kvHeads());
    shares = Math.clamp(Math.ceilDiv(workers.threads(), whole), 1, group);
  }

  /** Whether some key or value of this row of the batch could not be kept. */
  boolean broken(int row) {
    return broken[row];
  }

  /**
   * One layer: stores the batch's keys and values, [row][kvWidth], and lets its queries,
   * [row][queryWidth], read them and all before.
   *
   * @param out [row][queryWidth]
   */
  void attend(List<BatchRow> batch, int layer, float[] q, float[] k, float[] v, float[] out) {
    int kvHeads = config.kvHeads();
    // By head, since two positions of a page may share a word.
    Workers.Job store =
        (part, _) -> store(batch, sequences.get(part / kvHeads), layer, part % kvHeads, k, v);
    int stores = sequences.size() * kvHeads;
    // One token is stored in less time than it takes to ask others.
    if (batch.size() == 1) for (int part = 0; part < stores; part++) store.part(part, 0);
    else workers.run(stores, store);
    // The longest first: what is left at the end is short.
    int count = parts.size() * kvHeads * shares;
    workers.run(
        count,
        (part, worker) -> {
          int index = count - 1 - part;
          Run run = parts.get(index / shares / kvHeads);
          int first = group * (index % shares) / shares;
          int last = group * (index % shares + 1) / shares;
          read(batch, run, layer, index / shares % kvHeads, first, last, q, out, blocks[worker]);
        });
  }

  private void store(List<BatchRow> batch, Run run, int layer, int kvHead, float[] k, float[] v) {
    for (int t : run.rows) {
      int position = batch.get(t).position();
      KvPage page = run.pages[position / Kernels.PAGE];
      int offset = t * config.kvWidth() + kvHead * config.headSize();
      if (!kernels.store(page, layer, kvHead, position % Kernels.PAGE, k, v, offset)) {
        broken[t] = true; // only ever set, so the order of threads does not matter
      }
    }
  }

  /* Queries first … last − 1 of a key-value head. */
  private void read(
      List<BatchRow> batch,
      Run run,
      int layer,
      int kvHead,
      int first,
      int last,
      float[] q,
      float[] out,
      AttentionBlock block) {
    int size = config.headSize();
    // More heads than a block holds take several.
    for (int from = first; from < last; from += AttentionBlock.QUERIES) {
      int heads = Math.min(AttentionBlock.QUERIES, last - from);
      block.clear();
      for (int t : run.rows) {
        int end = batch.get(t).position() + 1;
        int offset = t * config.queryWidth() + (kvHead * group + from) * size;
        for (int h = 0; h < heads; h++) {
          block.add(q, offset + h * size, Math.max(0, end - window), end);
        }
      }
      kernels.attend(block, run.pages, layer, kvHead, scale);
      int query = 0;
      for (int t : run.rows) {
        int offset = t * config.queryWidth() + (kvHead * group + from) * size;
        for (int h = 0; h < heads; h++) block.result(query++, out, offset + h * size);
      }
    }
  }
}
