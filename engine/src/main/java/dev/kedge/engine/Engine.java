package dev.kedge.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.PageLayout;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.sample.Guide;
import dev.kedge.engine.sample.MaskCache;
import dev.kedge.engine.schedule.KvCache;
import dev.kedge.engine.schedule.Scheduler;
import dev.kedge.engine.schedule.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs many requests on one model at the same time. One thread of its own puts together forward
 * passes and draws tokens; compute threads share the arithmetic. Any thread may call any method.
 *
 * <p>If a forward pass fails, the requests in it end with {@link FinishReason#FAILED} and the
 * engine goes on with the others.
 */
public final class Engine implements AutoCloseable {
  private final Model model;
  private final EngineOptions options;
  private final Kernels kernels;
  private final Workers workers;
  private final Transformer transformer;
  private final KvCache cache;
  private final Scheduler scheduler;
  private final int contextLength;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  /* Guarded by the lock. */
  private final Deque<Live> waiting = new ArrayDeque<>();
  private boolean closed;
  private EngineStats stats;

  /* The engine thread's own. */
  private final Map<Sequence, Live> running = new HashMap<>();
  private long forwardPasses;
  private long generatedTokens;
  private @Nullable MaskCache masks;

  private Engine(Model model, EngineOptions options, Workers workers) {
    this.model = model;
    this.options = options;
    this.kernels = options.vectors() ? Kernels.best() : Kernels.scalar();
    int wanted =
        options.contextLength() == 0 ? model.info().contextLength() : options.contextLength();
    int context = Math.min(wanted, model.info().contextLength());
    PageLayout layout = Transformer.layout(model.config());
    int positions = cachePositions(layout, context, options);
    this.contextLength = Math.min(context, positions);
    this.cache = new KvCache(layout, positions);
    this.scheduler = new Scheduler(cache, options.maxSequences(), options.batchTokens());
    this.stats = new EngineStats(0, 0, 0, cache.positions(), 0, 0, 0);
    this.workers = workers;
    this.transformer =
        new Transformer(model.config(), model.weights(), kernels, workers, options.batchTokens());
    this.thread = Thread.ofPlatform().daemon().name("kedge-engine").unstarted(this::loop);
  }

  /**
   * Starts an engine.
   *
   * @throws IllegalStateException if the model is closed
   */
  public static Engine start(Model model, EngineOptions options) {
    model.retain();
    Workers workers = new Workers(options.threads());
    try {
      Engine engine = new Engine(model, options, workers);
      engine.thread.start();
      return engine;
    } catch (RuntimeException | Error e) {
      workers.close();
      model.release();
      throw e;
    }
  }

  /* Without a bound of its own the cache may take half of the heap; a page is its least size. */
  private static int cachePositions(PageLayout layout, int context, EngineOptions options) {
    if (options.cacheTokens() > 0) return options.cacheTokens();
    long pages = Runtime.getRuntime().maxMemory() / 2 / (4L * layout.floats());
    long fitting = Math.max(1, pages) * Kernels.PAGE;
    long rounded = (long) KvCache.pages(context) * Kernels.PAGE;
    return (int) Math.min(Math.min(fitting, rounded * options.maxSequences()), 1 << 30);
  }

  /** Which arithmetic runs, and why. */
  public String kernels() {
    return kernels.description();
  }

  /** Longest prompt plus answer in tokens: what options, model and cache allow. */
  public int contextLength() {
    return contextLength;
  }

  /**
   * Takes a request.
   *
   * @throws QueueFullException if as many wait as may
   * @throws IllegalArgumentException if the prompt leaves no room in the context or holds a token
   *     that the model does not know, or an answer of this model cannot be held to a form
   * @throws IllegalStateException if the engine is closed
   */
  public Generation submit(Request request) {
    int length = request.prompt().length;
    if (length >= contextLength) {
      throw new IllegalArgumentException(
          "the prompt has %d tokens, but prompt and answer together must fit %d"
              .formatted(length, contextLength));
    }
    requireKnown(request.prompt());
    int limit = (int) Math.min(contextLength, (long) length + request.maxTokens());
    Guide guide =
        request
            .constraint()
            .map(constraint -> new Guide(constraint.grammar(), model.tokenMasks()))
            .orElse(null);
    LiveGeneration generation =
        new LiveGeneration(request, limit, model.tokenizer(), guide, this::wake);
    enqueue(generation);
    return generation;
  }

  /**
   * Asks how probable a given continuation is: the generation delivers its tokens, each with its
   * log-probability under the model, and then ends. Bit-exact, whatever runs beside it.
   *
   * @param prompt token ids, at least one
   * @param continuation token ids, at least one
   * @throws QueueFullException if as many wait as may
   * @throws IllegalArgumentException if both together do not fit the context, or a token is not
   *     known
   * @throws IllegalStateException if the engine is closed
   */
  public Generation submitGiven(int[] prompt, int[] continuation) {
    if (continuation.length == 0) throw new IllegalArgumentException("nothing is to be scored");
    int length = Math.addExact(prompt.length, continuation.length);
    if (length > contextLength) {
      throw new IllegalArgumentException(
          "the text has %d tokens, but only %d fit".formatted(length, contextLength));
    }
    requireKnown(prompt);
    requireKnown(continuation);
    Request request = new Request(prompt, continuation.length, Sampling.GREEDY, List.of(), 0, true);
    LiveGeneration generation =
        new LiveGeneration(
            request, continuation.clone(), length, model.tokenizer(), null, this::wake);
    enqueue(generation);
    return generation;
  }

  /**
   * Asks for the vector of a text: the hidden states of its tokens behind the last norm, pooled as
   * the model file says (their mean where it says nothing), scaled to length 1. Bit-exact, whatever
   * runs beside it. A model that was trained to answer, not to embed, gives vectors of little use
   * for search.
   *
   * @param tokens at least one; to be encoded as the model expects its texts
   * @throws QueueFullException if as many wait as may
   * @throws IllegalArgumentException if the text is empty, does not fit the context or holds a
   *     token that the model does not know
   * @throws IllegalStateException if the engine is closed
   * @throws dev.kedge.engine.weights.FormatException if the file asks for a pooling that is not
   *     known
   */
  public Embedding submitEmbedding(int[] tokens) {
    if (tokens.length == 0) throw new IllegalArgumentException("the text is empty");
    if (tokens.length > contextLength) {
      throw new IllegalArgumentException(
          "the text has %d tokens, but only %d fit".formatted(tokens.length, contextLength));
    }
    requireKnown(tokens);
    LiveEmbedding embedding =
        new LiveEmbedding(tokens, model.pooling(), model.config().width(), this::wake);
    enqueue(embedding);
    return embedding;
  }

  /** As {@link #submitEmbedding}, waiting for the vector. */
  public float[] embed(int[] tokens) throws InterruptedException {
    try (Embedding embedding = submitEmbedding(tokens)) {
      return embedding.vector();
    }
  }

  private void requireKnown(int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= transformer.vocabularySize()) {
        throw new IllegalArgumentException(
            "token %d is not in the vocabulary of %d"
                .formatted(token, transformer.vocabularySize()));
      }
    }
  }

  private void enqueue(Live request) {
    lock.lock();
    try {
      if (closed) throw new IllegalStateException("the engine is closed");
      int places = Math.max(0, options.maxSequences() - stats.running());
      if (waiting.size() >= options.maxQueued() + places) {
        throw new QueueFullException(waiting.size());
      }
      waiting.add(request);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether requests are taken and worked on: false once it is closed or its thread has ended. */
  public boolean alive() {
    lock.lock();
    try {
      return !closed && thread.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** The counters as of the last forward pass. */
  public EngineStats stats() {
    lock.lock();
    try {
      return new EngineStats(
          stats.running(),
          waiting.size(),
          stats.cacheTokensUsed(),
          stats.cacheTokens(),
          stats.forwardPasses(),
          stats.promptTokens(),
          stats.generatedTokens());
    } finally {
      lock.unlock();
    }
  }

  /** Ends all requests as {@link FinishReason#CANCELLED} and returns when no thread is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /* The engine's thread. */
  private void loop() {
    FinishReason reason = FinishReason.FAILED;
    try {
      while (prepare()) step();
      reason = FinishReason.CANCELLED;
    } finally {
      stop(reason);
    }
  }

  private void stop(FinishReason reason) {
    Optional<String> message =
        reason == FinishReason.FAILED ? Optional.of("the engine stopped") : Optional.empty();
    List<Live> left = new ArrayList<>(running.values());
    running.clear();
    lock.lock();
    try {
      closed = true;
      left.addAll(waiting);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    for (Live generation : left) generation.end(reason, message);
    workers.close();
    model.release();
  }

  /* Waits for work; takes out what was cancelled and takes in what fits. False when closed. */
  private boolean prepare() {
    lock.lock();
    try {
      while (true) {
        if (closed) return false;
        for (Live generation : List.copyOf(running.values())) {
          if (generation.cancelled()) finish(generation, FinishReason.CANCELLED, Optional.empty());
        }
        waiting.removeIf(Engine::endIfCancelled);
        while (!waiting.isEmpty() && scheduler.admit(waiting.element().sequence)) {
          Live generation = waiting.remove();
          running.put(generation.sequence, generation);
        }
        publish();
        if (!running.isEmpty()) return true;
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private static boolean endIfCancelled(Live generation) {
    if (generation.cancelled()) generation.end(FinishReason.CANCELLED, Optional.empty());
    return generation.cancelled();
  }

  private void publish() {
    stats =
        new EngineStats(
            running.size(),
            0,
            cache.positionsReserved(),
            cache.positions(),
            forwardPasses,
            scheduler.promptTokens(),
            generatedTokens);
  }

  private void step() {
    Scheduler.Plan plan;
    try {
      plan = scheduler.plan();
    } catch (RuntimeException | Error e) {
      // No memory for a page: nobody can tell how far each has come, but the next ones can run.
      for (Sequence sequence : List.copyOf(running.keySet())) fail(sequence, e);
      return;
    }
    float[] logits;
    try {
      logits = transformer.forward(plan.rows());
    } catch (Throwable e) {
      for (Sequence sequence : plan.sequences()) fail(sequence, e);
      return;
    }
    forwardPasses++;
    for (int i = 0; i < plan.finishing().size(); i++) {
      draw(plan.finishing().get(i), logits, i * transformer.vocabularySize());
    }
    int row = 0;
    for (Scheduler.Reading reading : plan.readings()) {
      take(reading, row);
      row += reading.tokens();
    }
  }

  private void take(Scheduler.Reading reading, int row) {
    if (!(running.get(reading.sequence()) instanceof LiveEmbedding embedding)) return;
    try {
      embedding.add(transformer.hiddenStates(), row, reading.tokens());
      if (!reading.sequence().computedAll()) return;
      embedding.complete();
      finish(embedding, FinishReason.STOP, Optional.empty());
    } catch (RuntimeException | Error e) {
      fail(reading.sequence(), e);
    }
  }

  private void draw(Sequence sequence, float[] logits, int offset) {
    if (!(running.get(sequence) instanceof LiveGeneration generation)) return;
    try {
      Optional<FinishReason> end =
          generation.draw(logits, offset, generation.guided() ? masks() : null);
      generatedTokens++;
      end.ifPresent(reason -> finish(generation, reason, Optional.empty()));
    } catch (RuntimeException | Error e) {
      fail(sequence, e);
    }
  }

  private MaskCache masks() {
    MaskCache cache = masks;
    if (cache == null) {
      cache = new MaskCache(model.tokenMasks(), model.tokenizer().vocabularySize());
      masks = cache;
    }
    return cache;
  }

  private void fail(Sequence sequence, Throwable e) {
    Live generation = running.get(sequence);
    if (generation != null) finish(generation, FinishReason.FAILED, Optional.of(describe(e)));
  }

  private static String describe(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    return cause instanceof ArithmeticException && message != null ? message : cause.toString();
  }

  /* The place is free, and seen to be, before the reader hears of the end. */
  private void finish(Live generation, FinishReason reason, Optional<String> message) {
    running.remove(generation.sequence);
    scheduler.remove(generation.sequence);
    lock.lock();
    try {
      publish();
    } finally {
      lock.unlock();
    }
    generation.end(reason, message);
  }
}
