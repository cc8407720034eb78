package dev.kedge.gateway;

import dev.kedge.backend.Backend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.wire.ModelEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The door of the surface to the backends. Any thread may call. */
public final class Gateway implements AutoCloseable {
  private final Map<String, Backend> backends = new LinkedHashMap<>();
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration deadline;
  private final long started;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor deadlines;

  /* Set by the thread that shuts down, read by every request. */
  private volatile boolean draining;

  /**
   * @param random for ids and for seeds that clients leave open; thread-safe
   * @param deadline longest time for one call, the time in the queue included
   */
  public Gateway(
      List<? extends Backend> backends,
      InstantSource clock,
      RandomGenerator random,
      Duration deadline) {
    backends.forEach(backend -> this.backends.put(backend.name(), backend));
    this.clock = clock;
    this.random = random;
    this.deadline = deadline;
    this.started = clock.instant().getEpochSecond();
    deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("kedge-deadlines").factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** Whether new calls are taken. */
  public boolean ready() {
    return !draining;
  }

  /** The models that can be called. */
  public List<ModelEntry> models() {
    return backends.keySet().stream().map(id -> new ModelEntry(id, started)).toList();
  }

  /** One model; NotFound where there is none of this name. */
  public ModelEntry model(String id) {
    backend(id);
    return new ModelEntry(id, started);
  }

  /** Starts an answer. The caller closes the exchange. */
  public Exchange open(ApiRequest request, Caller caller) {
    if (draining) throw shuttingDown();
    Backend backend = backend(request.model());
    long seed = seed(request);
    CallContext context =
        new CallContext(
            prefix(request.source().api()) + HexFormat.of().toHexDigits(random.nextLong()),
            clock.instant().getEpochSecond(),
            seed,
            System.nanoTime() + deadline.toNanos());
    Exchange exchange =
        new Exchange(context, request.model(), seed, backend.start(request, context), open::remove);
    open.add(exchange);
    try {
      Future<?> alarm =
          deadlines.schedule(exchange::expire, deadline.toMillis(), TimeUnit.MILLISECONDS);
      exchange.onClose(() -> alarm.cancel(false));
    } catch (RejectedExecutionException _) {
      /* Closed since the check above. */
      exchange.close();
      throw shuttingDown();
    }
    if (draining) exchange.interrupt(shuttingDown());
    return exchange;
  }

  private long seed(ApiRequest request) {
    return switch (request) {
      case ChatRequest chat -> chat.settings().seed().orElseGet(random::nextLong);
      case CompletionRequest completion -> completion.settings().seed().orElseGet(random::nextLong);
      case EmbeddingRequest _ -> 0;
    };
  }

  private static String prefix(Api api) {
    return switch (api) {
      case CHAT_COMPLETIONS -> "chatcmpl-";
      case COMPLETIONS -> "cmpl-";
      case EMBEDDINGS -> "embd-";
      case RESPONSES -> "resp_";
      case MESSAGES -> "msg_";
    };
  }

  private Backend backend(String id) {
    Backend backend = backends.get(id);
    if (backend != null) return backend;
    String shown = id.length() <= 100 ? id : id.substring(0, 100) + "…";
    throw new KedgeException(
        new Failure.NotFound(
            "the model '" + shown + "' is not served here; served: " + served(),
            "model_not_found"));
  }

  private String served() {
    return String.join(", ", backends.keySet());
  }

  /**
   * Takes no new calls and waits until the running ones have ended.
   *
   * @return how many calls had not ended within the time and were cancelled
   */
  public int drain(Duration grace) throws InterruptedException {
    draining = true;
    long until = System.nanoTime() + grace.toNanos();
    while (!open.isEmpty() && System.nanoTime() - until < 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    List<Exchange> left = List.copyOf(open);
    left.forEach(exchange -> exchange.interrupt(shuttingDown()));
    return left.size();
  }

  private static KedgeException shuttingDown() {
    return new KedgeException(
        new Failure.Broken("the server is shutting down", "shutting_down", true));
  }

  /** Cancels what still runs. */
  @Override
  public void close() {
    draining = true;
    open.forEach(exchange -> exchange.interrupt(shuttingDown()));
    deadlines.shutdownNow();
  }
}
