package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.model.BatchRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Puts together forward passes, one {@link #step} at a time. There are no phases: every pass gives
 * each sequence its next tokens under one budget, first the sequences that need a single one (they
 * are generating, somebody is waiting for the next word), then pieces of prompts by rank. Rank is
 * priority, then deadline, then arrival, and never changes.
 *
 * <p>Pages are taken as they are needed. Where there are none, the sequence of the lowest rank is
 * interrupted: it gives its pages back and waits in its old rank, to be computed again from what
 * the cache still knows. The one of the highest rank is never interrupted and always gets on, so
 * everyone finishes.
 *
 * <p>A step depends on nothing but what was submitted, appended and removed before and on the time
 * that it is given. For the engine's thread alone.
 */
public final class Scheduler {
  private static final Comparator<Sequence> RANK =
      Comparator.<Sequence>comparingInt(sequence -> -sequence.service().priority())
          .thenComparingLong(sequence -> sequence.service().deadline())
          .thenComparingLong(Sequence::arrival);

  /* Of generating sequences: whom the last passes left out comes first. */
  private static final Comparator<Sequence> TURN =
      Comparator.<Sequence>comparingInt(sequence -> -sequence.service().priority())
          .thenComparingLong(Sequence::lastStep)
          .thenComparing(RANK);

  private final KvCache cache;
  private final int maxSequences;
  private final StepBudget budget;
  private final TreeSet<Sequence> running = new TreeSet<>(RANK);
  private final TreeSet<Sequence> waiting = new TreeSet<>(RANK);
  /* Generating sequences alone filled the last pass: prompts come first, with half the budget. */
  private boolean promptsLeftOut;
  private long arrivals;
  private long steps;
  private long promptTokens;
  private long cachedTokens;
  private long preemptions;

  /**
   * @param cache with room for the longest sequence at least
   * @param maxSequences that run at the same time
   * @param batchTokens budget of every pass
   */
  public Scheduler(KvCache cache, int maxSequences, int batchTokens) {
    this(cache, maxSequences, new StepBudget(batchTokens, 0, 1, 0));
  }

  /**
   * The same with a budget that its owner feeds with measurements.
   *
   * @param budget asked once a pass
   */
  public Scheduler(KvCache cache, int maxSequences, StepBudget budget) {
    this.cache = cache;
    this.maxSequences = maxSequences;
    this.budget = budget;
  }

  /**
   * A forward pass.
   *
   * @param rows of all sequences
   * @param pieces what takes part of which sequence, in the order of the rows
   * @param finishing sequences whose next token can be drawn, in the order of their logits
   * @param readings of whole texts, in the order of their hidden states
   * @param expired those whose deadline has passed; they have been removed
   * @param hopeless those that the cache cannot hold even alone; they have been removed
   */
  public record Step(
      List<BatchRow> rows,
      List<Piece> pieces,
      List<Sequence> finishing,
      List<Piece> readings,
      List<Sequence> expired,
      List<Sequence> hopeless) {
    Step(List<Sequence> expired) {
      this(
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          new ArrayList<>(),
          expired,
          new ArrayList<>());
    }
  }

  /** So many of a sequence's tokens. */
  public record Piece(Sequence sequence, int tokens) {}

  /** Takes a new sequence; it runs as soon as its rank, a place and memory allow. */
  public void submit(Sequence sequence) {
    sequence.arriveAs(arrivals++);
    waiting.add(sequence);
  }

  /** Takes a sequence out; its place and memory are free at once. */
  public void remove(Sequence sequence) {
    waiting.remove(sequence);
    if (running.remove(sequence)) sequence.release(cache);
  }

  /**
   * The next pass; empty when no sequence has tokens to compute. When it has been computed, {@link
   * #commit} must follow; sequences of a pass that failed must be removed before.
   *
   * @param now in the unit of {@link Service#deadline}
   */
  public Step step(long now) {
    steps++;
    Step step = new Step(expire(now));
    admit();
    for (Sequence sequence : running) adopt(sequence);
    Map<Sequence, Integer> grants = grants();
    for (Sequence sequence : List.copyOf(running)) {
      Integer grant = grants.get(sequence);
      if (grant == null || !running.contains(sequence)) continue;
      int secured = secure(sequence, grant);
      grants.put(sequence, secured);
      if (secured == 0 && running.first() == sequence) giveUp(sequence, step);
    }
    grants.forEach((sequence, count) -> {
      if (count > 0 && running.contains(sequence)) add(step, sequence, count);
    });
    cache.prepare();
    return step;
  }

  /** The pass has been computed: what it filled can be shared. */
  public void commit(Step step) {
    for (Piece piece : step.pieces) {
      if (running.contains(piece.sequence)) piece.sequence.enterFullPages(cache);
    }
  }

  private List<Sequence> expire(long now) {
    List<Sequence> expired = new ArrayList<>();
    for (Sequence sequence : running)
      if (sequence.service().deadline() <= now) expired.add(sequence);
    for (Sequence sequence : waiting)
      if (sequence.service().deadline() <= now) expired.add(sequence);
    expired.forEach(this::remove);
    return expired;
  }

  /* In order of rank, none before another. A higher priority may take the place of a lower one. */
  private void admit() {
    while (!waiting.isEmpty()) {
      Sequence next = waiting.first();
      if (running.size() < maxSequences && missing(next) <= 0) {
        waiting.remove(next);
        next.start();
        adopt(next);
        running.add(next);
      } else if (!worthInterrupting(next)) {
        return;
      } else {
        preempt(running.last());
      }
    }
  }

  /* Pages that it would lack now. Those that run get what they have tokens for, and one more. */
  private int missing(Sequence sequence) {
    if (running.isEmpty()) return 0;
    int promised = 0;
    for (Sequence one : running) promised += one.pagesWanted() - one.pagesTaken() + 1;
    return promised + sequence.pagesWanted() - sequence.shareable(cache) - cache.available();
  }

  /* Whether interrupting sequences of lower priority can make room. */
  private boolean worthInterrupting(Sequence next) {
    int pages = 0;
    for (Sequence one : running.descendingSet()) {
      if (one.service().priority() >= next.service().priority()) break;
      pages += one.pagesWanted() + 1;
    }
    return pages > 0 && pages >= missing(next);
  }

  private void preempt(Sequence sequence) {
    running.remove(sequence);
    sequence.release(cache);
    waiting.add(sequence);
    preemptions++;
  }

  private void adopt(Sequence sequence) {
    int furthest = sequence.furthest();
    int cached = sequence.cachedTokens();
    if (sequence.pending() <= 1 || sequence.adopt(cache) == 0) return;
    cachedTokens += sequence.cachedTokens() - cached;
    countPrompt(sequence, furthest);
  }

  private void countPrompt(Sequence sequence, int furthestBefore) {
    promptTokens +=
        Math.max(0, Math.min(sequence.furthest(), sequence.promptTokens()) - furthestBefore);
  }

  /* How many tokens each would get if there is memory, in the order of the pass. */
  private Map<Sequence, Integer> grants() {
    Map<Sequence, Integer> grants = new LinkedHashMap<>();
    List<Sequence> generating = new ArrayList<>();
    List<StepBudget.Passage> wanted = new ArrayList<>();
    for (Sequence sequence : running) {
      if (sequence.pending() == 1) generating.add(sequence);
      if (sequence.pending() > 0) {
        wanted.add(new StepBudget.Passage(sequence.computed(), sequence.pending()));
      }
    }
    int batchTokens = budget.tokens(wanted);
    int left = batchTokens;
    if (promptsLeftOut) left -= grantPrompts(grants, Math.ceilDiv(batchTokens, 2));
    int before = left;
    generating.sort(TURN);
    for (Sequence sequence : generating.subList(0, Math.min(left, generating.size()))) {
      if (grants.putIfAbsent(sequence, 1) == null) left--;
    }
    promptsLeftOut = left == 0 && before == batchTokens;
    grantPrompts(grants, left);
    return grants;
  }

  private int grantPrompts(Map<Sequence, Integer> grants, int budget) {
    int left = budget;
    for (Sequence sequence : running) {
      if (sequence.pending() <= 1 || left == 0) continue;
      int granted = grants.getOrDefault(sequence, 0);
      int count = Math.min(left, sequence.pending() - granted);
      if (count > 0) grants.put(sequence, granted + count);
      left -= count;
    }
    return budget - left;
  }

  /* Gets the pages for so many tokens, from sequences of lower rank if need be; gives how many
   * tokens there are pages for. */
  private int secure(Sequence sequence, int count) {
    int wanted = KvCache.pages(sequence.computed() + count);
    while (sequence.pagesTaken() < wanted) {
      KvPage page = cache.available() > 0 ? sequence.next(cache) : null;
      if (page != null) {
        sequence.take(page);
      } else if (running.last() != sequence) {
        preempt(running.last());
      } else {
        break;
      }
    }
    int room = sequence.pagesTaken() * Kernels.PAGE - sequence.computed();
    return Math.min(count, room);
  }

  private void add(Step step, Sequence sequence, int count) {
    int from = sequence.computed();
    int furthest = sequence.furthest();
    sequence.advance(count, steps);
    countPrompt(sequence, furthest);
    boolean last = sequence.pending() == 0;
    for (int i = from; i < from + count; i++) {
      boolean drawn = last && i == from + count - 1;
      BatchRow.Wanted wanted = BatchRow.Wanted.NOTHING;
      if (sequence.wholeText() && i >= furthest) wanted = BatchRow.Wanted.HIDDEN;
      else if (!sequence.wholeText() && drawn) wanted = BatchRow.Wanted.LOGITS;
      step.rows.add(new BatchRow(sequence.token(i), i, sequence.pages(), wanted));
    }
    step.pieces.add(new Piece(sequence, count));
    int read = from + count - Math.max(from, furthest);
    if (!sequence.wholeText() && last) step.finishing.add(sequence);
    if (sequence.wholeText() && read > 0) step.readings.add(new Piece(sequence, read));
  }

  /* It is alone, and has all pages that there are: memory for more was not to be had. */
  private void giveUp(Sequence sequence, Step step) {
    remove(sequence);
    step.hopeless.add(sequence);
  }

  /** Sequences that run. */
  public int running() {
    return running.size();
  }

  /** Sequences that wait, interrupted ones included. */
  public int waiting() {
    return waiting.size();
  }

  /** Tokens of prompts that were computed or found in the cache so far, each once. */
  public long promptTokens() {
    return promptTokens;
  }

  /** Of these, tokens found in the cache. */
  public long cachedTokens() {
    return cachedTokens;
  }

  /** How often a sequence was interrupted. */
  public long preemptions() {
    return preemptions;
  }
}
