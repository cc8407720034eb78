package dev.kedge.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.ThreadEnd;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.model.Weights;
import dev.kedge.engine.sample.Guide;
import dev.kedge.engine.schedule.KvCache;
import dev.kedge.engine.schedule.Service;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs many requests on one model at the same time. One thread of its own puts together forward
 * passes and draws tokens; compute threads share the arithmetic. Any thread may call any method.
 *
 * <p>If a forward pass fails, the requests in it end with {@link FinishReason#FAILED} and the
 * engine goes on with the others.
 */
public final class Engine implements AutoCloseable {
  private final Model model;
  private final Kernels kernels;
  private final Transformer transformer;
  private final EngineLoop loop;
  private final int contextLength;
  private final long origin = System.nanoTime();
  private final Thread thread;

  private Engine(Model model, EngineOptions options, Preparation preparation, Workers workers) {
    this.model = model;
    this.kernels = options.vectors() ? Kernels.best() : Kernels.scalar();
    KvLayout layout =
        Transformer.layout(model.config(), options.eightBitCache() ? KvType.Q8 : KvType.F16);
    MachineMemory memory = MachineMemory.now();
    MemoryPlan plan = model.plan(options);
    int positions = plan.cachePositions(memory);
    this.contextLength = plan.fittingContext(memory);
    this.transformer =
        new Transformer(
            model.config(),
            weights(model, kernels, preparation),
            kernels,
            workers,
            layout,
            options.batchTokens());
    this.loop =
        new EngineLoop(
            model,
            options,
            plan.fittingSequences(memory),
            plan.fullSequences(memory),
            transformer,
            workers,
            new KvCache(layout, positions),
            this::nanos);
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("kedge-engine")
            .unstarted(() -> {
              try {
                loop.run();
              } finally {
                workers.close();
                model.release();
              }
            });
  }

  /**
   * Starts an engine.
   *
   * @throws IllegalStateException if the model is closed
   * @throws TooLittleMemoryException if it does not fit the memory that there is; nothing was read
   */
  public static Engine start(Model model, EngineOptions options) {
    return start(model, options, (_, _) -> {});
  }

  /**
   * The same, telling how far it is. The first start with a large model writes its weights a second
   * time, in the form that kernels read; later ones map them.
   */
  public static Engine start(Model model, EngineOptions options, Preparation preparation) {
    model
        .plan(options)
        .refusal(MachineMemory.now())
        .ifPresent(reason -> {
          throw new TooLittleMemoryException(reason);
        });
    model.retain();
    Workers workers = new Workers(options.threads());
    try {
      Engine engine = new Engine(model, options, preparation, workers);
      engine.thread.start();
      return engine;
    } catch (RuntimeException | Error e) {
      workers.close();
      model.release();
      throw e;
    }
  }

  /** Told how far {@link #start} is; calls come one at a time, from any thread. */
  @FunctionalInterface
  public interface Preparation {
    /** So many bytes of all have been prepared. */
    void prepared(long doneBytes, long totalBytes);
  }

  /* The scalar kernels read the file's own layout. */
  private static Weights weights(Model model, Kernels kernels, Preparation preparation) {
    return kernels.packed() ? model.prepared(preparation::prepared).weights() : model.weights();
  }

  /** What kept prepared weights of a large model from being stored, if something did. */
  public Optional<String> notice() {
    return kernels.packed() ? model.prepared((_, _) -> {}).notice() : Optional.empty();
  }

  private long nanos() {
    return System.nanoTime() - origin;
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
        new LiveGeneration(request, limit, service(request), model.tokenizer(), guide, loop::wake);
    loop.enqueue(generation);
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
            request,
            continuation.clone(),
            length,
            service(request),
            model.tokenizer(),
            null,
            loop::wake);
    loop.enqueue(generation);
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
        new LiveEmbedding(tokens, model.pooling(), model.config().width(), loop::wake);
    loop.enqueue(embedding);
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

  private Service service(Request request) {
    Urgency urgency = request.urgency();
    long deadline = Long.MAX_VALUE;
    if (urgency.timeLimit().isPresent()) {
      Duration longest = Duration.ofDays(365);
      Duration limit = urgency.timeLimit().get();
      deadline = nanos() + (limit.compareTo(longest) < 0 ? limit : longest).toNanos();
    }
    return new Service(urgency.priority(), deadline, request.scope());
  }

  /**
   * Computes a little that nobody asked for, so that the first answer comes as fast as later ones;
   * returns at once. A request that comes meanwhile goes first: it waits for a block of the model
   * at most. For servers; who has a request at hand had better submit it.
   */
  public void warmUp() {
    loop.requestWarmUp();
  }

  /** Whether requests are taken and worked on: false once it is closed or its thread has ended. */
  public boolean alive() {
    return !loop.closed() && thread.isAlive();
  }

  /**
   * Ends all requests as {@link FinishReason#FAILED} for this reason and takes no more; {@link
   * #close} must still follow.
   */
  public void stop(String reason) {
    loop.stop(reason);
  }

  /** The counters as of the last forward pass. */
  public EngineStats stats() {
    return loop.stats();
  }

  /** Ends all requests as {@link FinishReason#CANCELLED} and returns when no thread is left. */
  @Override
  public void close() {
    loop.close();
    ThreadEnd.await(thread);
  }
}
