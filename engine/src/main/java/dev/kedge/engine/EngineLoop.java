package dev.kedge.engine;

import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.sample.MaskCache;
import dev.kedge.engine.sample.Sampler;
import dev.kedge.engine.schedule.KvCache;
import dev.kedge.engine.schedule.Scheduler;
import dev.kedge.engine.schedule.Scheduler.Piece;
import dev.kedge.engine.schedule.Scheduler.Step;
import dev.kedge.engine.schedule.Sequence;
import dev.kedge.engine.schedule.StepBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The engine's own thread: takes requests in, computes one step of the scheduler after the other
 * and draws tokens. Any thread may call {@link #enqueue}, {@link #wake}, {@link #stats} and {@link
 * #close}; the rest belongs to the thread.
 */
final class EngineLoop implements Runnable {
  /* One, a few and many tokens meet different kernels. */
  private static final int[] WARM_UP_TOKENS = {1, 16, 1, 4, 1, 1};

  private final Model model;
  private final EngineOptions options;
  private final int sequences;
  private final int fullSequences;
  private final Transformer transformer;
  private final Workers workers;
  private final KvCache cache;
  private final Scheduler scheduler;
  private final StepBudget budget;
  private final Clock clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  /* Guarded by the lock. */
  private final Deque<Live> inbox = new ArrayDeque<>();
  private boolean closed;
  private String closedBecause = "the engine is closed";
  private boolean stopped;
  private boolean warmUpDue;
  private EngineStats stats;

  /* The thread's own: all that the scheduler knows. */
  private final Map<Sequence, Live> live = new HashMap<>();
  private final List<Sampler.Room> rooms; // per worker
  private long forwardPasses;
  private long generatedTokens;
  private @Nullable MaskCache masks;

  /* What there is to do. */
  private enum Work {
    STEP,
    WARM_UP,
    NONE
  }

  /** Nanoseconds since some moment. */
  @FunctionalInterface
  interface Clock {
    long nanos();
  }

  /**
   * @param sequences that run at the same time
   * @param fullSequences of these, those that the cache holds at full length
   */
  EngineLoop(
      Model model,
      EngineOptions options,
      int sequences,
      int fullSequences,
      Transformer transformer,
      Workers workers,
      KvCache cache,
      Clock clock) {
    this.model = model;
    this.options = options;
    this.sequences = sequences;
    this.fullSequences = fullSequences;
    this.transformer = transformer;
    this.workers = workers;
    this.cache = cache;
    this.clock = clock;
    this.budget =
        new StepBudget(
            options.batchTokens(),
            options.stepAim().toNanos(),
            transformer.positionsOfToken(),
            model.config().window());
    this.scheduler = new Scheduler(cache, sequences, budget);
    this.rooms = Stream.generate(Sampler.Room::new).limit(workers.threads()).toList();
    this.stats = snapshot();
  }

  /**
   * Takes a request.
   *
   * @throws QueueFullException if as many wait as may
   * @throws IllegalStateException if the engine is closed
   */
  void enqueue(Live request) {
    lock.lock();
    try {
      if (closed) throw new IllegalStateException(closedBecause);
      int places = Math.max(0, sequences - stats.running());
      int waiting = inbox.size() + stats.waiting();
      if (waiting >= options.maxQueued() + places) throw new QueueFullException(waiting);
      inbox.add(request);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** The counters as of the last forward pass. */
  EngineStats stats() {
    lock.lock();
    try {
      return stats.withWaiting(stats.waiting() + inbox.size());
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop before its next step. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the loop as {@link #close} does, but as a failure that everybody is told. */
  void stop(String reason) {
    lock.lock();
    try {
      if (closed) return;
      closed = true;
      stopped = true;
      closedBecause = reason;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for passes that nobody waits for, unless somebody asks for something else. */
  void requestWarmUp() {
    lock.lock();
    try {
      warmUpDue = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Something was cancelled. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    FinishReason reason = FinishReason.FAILED;
    try {
      for (Work work = prepare(); work != Work.NONE; work = prepare()) {
        if (work == Work.STEP) step();
        else warmUp();
      }
      if (!stopped) reason = FinishReason.CANCELLED;
    } finally {
      endAll(reason);
    }
  }

  /* While nobody asks. Gives way within a block of the model, and then does not come back: whoever
   * asked warms up what they need. */
  private void warmUp() {
    KvPage page = cache.take();
    if (page == null) return;
    try {
      for (int tokens : WARM_UP_TOKENS) {
        List<BatchRow> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(tokens, options.batchTokens()); i++) {
          BatchRow.Wanted wanted = i == 0 ? BatchRow.Wanted.LOGITS : BatchRow.Wanted.NOTHING;
          rows.add(new BatchRow(0, i, new KvPage[] {page}, wanted));
        }
        if (!transformer.warmUp(rows, this::asked)) return;
      }
    } catch (RuntimeException e) {
      return; // whoever asks is told
    } finally {
      cache.free(page);
    }
  }

  private boolean asked() {
    lock.lock();
    try {
      return closed || !inbox.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void endAll(FinishReason reason) {
    List<Live> left = new ArrayList<>(live.values());
    live.clear();
    lock.lock();
    try {
      if (!closed) closedBecause = "the engine stopped";
      closed = true;
      left.addAll(inbox);
      inbox.clear();
    } finally {
      lock.unlock();
    }
    Optional<String> message =
        reason == FinishReason.FAILED ? Optional.of(closedBecause) : Optional.empty();
    for (Live request : left) request.end(reason, message);
  }

  /* Waits for work, takes it in and takes out what was cancelled. */
  private Work prepare() {
    lock.lock();
    try {
      while (true) {
        if (closed) return Work.NONE;
        for (Live request = inbox.poll(); request != null; request = inbox.poll()) {
          live.put(request.sequence, request);
          scheduler.submit(request.sequence);
        }
        for (Live request : List.copyOf(live.values())) {
          if (request.cancelled()) finish(request, FinishReason.CANCELLED, Optional.empty());
        }
        stats = snapshot();
        boolean cold = warmUpDue;
        warmUpDue = false;
        if (!live.isEmpty()) return Work.STEP;
        if (cold) return Work.WARM_UP;
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private EngineStats snapshot() {
    return new EngineStats(
        scheduler.running(),
        scheduler.waiting(),
        cache.positionsUsed(),
        cache.positions(),
        forwardPasses,
        scheduler.promptTokens(),
        generatedTokens,
        scheduler.cachedTokens(),
        cache.positionsKept(),
        scheduler.preemptions(),
        sequences,
        fullSequences,
        cache.positionsHeld(),
        cache.bytesHeld());
  }

  private void publish() {
    lock.lock();
    try {
      stats = snapshot();
    } finally {
      lock.unlock();
    }
  }

  private void step() {
    Step step;
    try {
      step = scheduler.step(clock.nanos());
    } catch (RuntimeException | Error e) {
      // Nobody can tell how far each has come, but the next ones can run.
      for (Sequence sequence : List.copyOf(live.keySet())) fail(sequence, e);
      return;
    }
    publish();
    for (Sequence sequence : step.expired()) {
      end(sequence, FinishReason.EXPIRED, "its time was over");
    }
    for (Sequence sequence : step.hopeless()) {
      end(sequence, FinishReason.FAILED, "no memory was left for its keys and values");
    }
    if (step.rows().isEmpty()) return;
    float[] logits;
    long start = clock.nanos();
    try {
      logits = transformer.forward(step.rows());
    } catch (Throwable e) {
      for (Piece piece : step.pieces()) fail(piece.sequence(), e);
      return;
    }
    budget.measured(step.rows(), clock.nanos() - start);
    forwardPasses++;
    endBroken(step);
    scheduler.commit(step);
    draw(step.finishing(), logits);
    int row = 0;
    for (Piece reading : step.readings()) {
      take(reading, row);
      row += reading.tokens();
    }
  }

  /* Before their pages are shared. */
  private void endBroken(Step step) {
    int row = 0;
    for (Piece piece : step.pieces()) {
      boolean broken = false;
      for (int i = 0; i < piece.tokens(); i++) broken |= transformer.broken(row++);
      if (!broken) continue;
      end(
          piece.sequence(),
          FinishReason.FAILED,
          "the model computed a key or value that is not a number or too large");
    }
  }

  private void take(Piece reading, int row) {
    if (!(live.get(reading.sequence()) instanceof LiveEmbedding embedding)) return;
    try {
      embedding.add(transformer.hiddenStates(), row, reading.tokens());
      if (!reading.sequence().computedAll()) return;
      embedding.complete();
      finish(embedding, FinishReason.STOP, Optional.empty());
    } catch (RuntimeException | Error e) {
      fail(reading.sequence(), e);
    }
  }

  /* All at once: with many sequences, drawing by one thread took a tenth of a step. */
  private void draw(List<Sequence> finishing, float[] logits) {
    finishing.forEach(this::guide);
    workers.run(
        finishing.size(),
        (i, worker) -> {
          if (live.get(finishing.get(i)) instanceof LiveGeneration generation) {
            generation.draw(logits, i * transformer.vocabularySize(), rooms.get(worker));
          }
        });
    finishing.forEach(this::deliver);
  }

  private void guide(Sequence sequence) {
    if (!(live.get(sequence) instanceof LiveGeneration generation) || !generation.guided()) return;
    try {
      generation.guide(masks());
    } catch (RuntimeException | Error e) {
      fail(sequence, e);
    }
  }

  private void deliver(Sequence sequence) {
    if (!(live.get(sequence) instanceof LiveGeneration generation)) return;
    try {
      Optional<FinishReason> end = generation.deliver();
      generatedTokens++;
      end.ifPresent(reason -> finish(generation, reason, Optional.empty()));
    } catch (RuntimeException | Error e) {
      fail(sequence, e);
    }
  }

  private MaskCache masks() {
    MaskCache made = masks;
    if (made == null) {
      made = new MaskCache(model.tokenMasks(), model.tokenizer().vocabularySize());
      masks = made;
    }
    return made;
  }

  private void fail(Sequence sequence, Throwable e) {
    end(sequence, FinishReason.FAILED, describe(e));
  }

  private void end(Sequence sequence, FinishReason reason, String message) {
    Live request = live.get(sequence);
    if (request != null) finish(request, reason, Optional.of(message));
  }

  private static String describe(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return cause instanceof ArithmeticException && message != null ? message : cause.toString();
  }

  /* The place is free, and seen to be, before the reader hears of the end. */
  private void finish(Live request, FinishReason reason, Optional<String> message) {
    live.remove(request.sequence);
    scheduler.remove(request.sequence);
    publish();
    request.end(reason, message);
  }
}
