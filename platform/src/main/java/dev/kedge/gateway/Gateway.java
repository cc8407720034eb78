package dev.kedge.gateway;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.Call;
import dev.kedge.backend.Prompt;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.chat.ChatMessage;
import dev.kedge.wire.ChatRequest;
import dev.kedge.wire.CompletionRequest;
import dev.kedge.wire.GenerationSettings;
import dev.kedge.wire.ModelEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
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
  private static final int MAX_ANSWERS = 64;

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
    backends.forEach(backend -> this.backends.put(backend.model(), backend));
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

  /** Starts the answers of a chat. The caller closes the exchange. */
  public Exchange open(ChatRequest request) {
    List<ChatMessage> messages =
        request.messages().stream()
            .map(message ->
                new ChatMessage(
                    message.role(),
                    message.content(),
                    message
                        .name()
                        .<Map<String, Object>>map(name -> Map.of("name", name))
                        .orElse(Map.of())))
            .toList();
    return open(
        "chatcmpl-", request.model(), List.of(new Prompt.Chat(messages)), request.settings());
  }

  /** Starts the answers of a completion, per prompt its choices. The caller closes the exchange. */
  public Exchange open(CompletionRequest request) {
    List<Prompt> prompts =
        request.prompts().stream()
            .<Prompt>map(prompt ->
                switch (prompt) {
                  case CompletionRequest.PromptInput.Text text -> new Prompt.Text(text.text());
                  case CompletionRequest.PromptInput.Tokens tokens ->
                      new Prompt.Tokens(tokens.ids());
                })
            .toList();
    return open("cmpl-", request.model(), prompts, request.settings());
  }

  private Exchange open(
      String idPrefix, String model, List<Prompt> prompts, GenerationSettings settings) {
    if (draining) throw shuttingDown();
    Backend backend = backend(model);
    if (prompts.size() * settings.choices() > MAX_ANSWERS) {
      throw new KedgeException(
          new Failure.Invalid(
              "prompts times 'n' must be at most " + MAX_ANSWERS, "invalid_value", "n"));
    }
    long seed = settings.seed().orElseGet(random::nextLong);
    List<Answer> answers = start(backend, prompts, settings, seed);
    Exchange exchange =
        new Exchange(
            idPrefix + HexFormat.of().toHexDigits(random.nextLong()),
            clock.instant().getEpochSecond(),
            model,
            seed,
            settings.choices(),
            answers,
            open::remove);
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

  private static List<Answer> start(
      Backend backend, List<Prompt> prompts, GenerationSettings settings, long seed) {
    List<Answer> answers = new ArrayList<>();
    try {
      for (Prompt prompt : prompts) {
        for (int choice = 0; choice < settings.choices(); choice++) {
          Sampling sampling = sampling(settings, Seeds.ofChoice(seed, choice));
          answers.add(
              backend.start(
                  new Call(
                      prompt,
                      settings.maxTokens(),
                      sampling,
                      settings.stop(),
                      settings.topLogprobs(),
                      settings.ignoreEos())));
        }
      }
      return answers;
    } catch (RuntimeException e) {
      answers.forEach(Answer::cancel);
      throw e;
    }
  }

  private static Sampling sampling(GenerationSettings settings, long seed) {
    return new Sampling(
        settings.temperature(),
        settings.topK(),
        settings.topP(),
        settings.minP(),
        settings.repetitionPenalty(),
        settings.presencePenalty(),
        settings.frequencyPenalty(),
        seed);
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
