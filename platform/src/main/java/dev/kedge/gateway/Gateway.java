package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.backend.Backend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.TokenCodec;
import dev.kedge.config.Priority;
import dev.kedge.config.TierSection.Tier;
import dev.kedge.config.Upstreams;
import dev.kedge.limit.QueueState;
import dev.kedge.limit.Rates;
import dev.kedge.limit.Reservation;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.UpstreamState;
import dev.kedge.route.tier.Cascade;
import dev.kedge.route.tier.TierDecision;
import dev.kedge.route.tier.TierFacts;
import dev.kedge.route.tier.Tiers;
import dev.kedge.wire.ModelEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The door of the surface to the models. Any thread may call. */
public final class Gateway implements AutoCloseable {
  private static final String TASK = "task";
  private static final int METERING_RETRY_SECONDS = 5;

  private final GatewayParts parts;
  private final Targets targets;
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Bookkeeping books;
  private final Legs legs;
  private final RolledCalls rolled;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration longest;
  private final long started;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final Watchdog deadlines;

  private volatile Routing routing = new Routing(Map.of(), Map.of());
  /* Set by the thread that shuts down, read by every request. */
  private volatile boolean draining;

  public Gateway(GatewayParts parts) {
    this.parts = parts;
    this.admission = new Admission(parts.access(), parts.rates(), parts.budgets());
    this.dispatcher = parts.dispatcher();
    this.books = new Bookkeeping(parts.metrics(), parts.meter(), parts.log());
    this.legs = new Legs(admission, dispatcher, books);
    this.rolled = new RolledCalls(legs);
    this.clock = parts.clock();
    this.random = parts.random();
    this.longest = parts.longest();
    this.targets = new Targets(parts, legs);
    this.started = clock.instant().getEpochSecond();
    this.deadlines = new Watchdog();
  }

  /**
   * Takes over a configuration; running calls go on as they began.
   *
   * @param folder where the classifiers' files are looked for
   * @throws KedgeException naming what is wrong, and then everything stays as it was
   */
  public synchronized void reload(Upstreams config, Path folder) throws IOException {
    targets.check(config, folder);
    parts.pool().reload(config);
    routing = targets.of(config, folder);
  }

  /** The models that can be called, in alphabetical order. */
  public List<String> names() {
    return List.copyOf(routing.names().keySet());
  }

  /** The queues as they are, by model. */
  public Map<String, QueueState> queues() {
    return targets.states();
  }

  /** The upstreams as they are, draining ones at the end. */
  public List<UpstreamState> upstreams() {
    return parts.pool().states();
  }

  /** Whether new calls are taken. */
  public boolean ready() {
    return !draining;
  }

  /** The models that this caller may call. */
  public List<ModelEntry> models(Caller caller) {
    Principal principal = admission.who(caller);
    return routing.names().keySet().stream()
        .filter(principal::mayCall)
        .map(id -> new ModelEntry(id, started))
        .toList();
  }

  /** One model; NotFound where there is none of this name for this caller. */
  public ModelEntry model(String id, Caller caller) {
    Principal principal = admission.who(caller);
    if (!routing.knows(id) || !principal.mayCall(id)) routing.target("");
    return new ModelEntry(id, started);
  }

  /**
   * The tokens of a model.
   *
   * @throws KedgeException NotFound, or Invalid where what serves the model does not tell them
   */
  public TokenCodec tokens(String model, Caller caller) {
    Routing now = routing;
    Principal principal = admission.who(caller);
    if (now.knows(model)) principal.require(Api.CHAT_COMPLETIONS, model);
    return now.target(model)
        .candidates()
        .lastResort()
        .flatMap(Backend::tokens)
        .orElseThrow(() ->
            new KedgeException(
                new Failure.Invalid(
                    "the tokens of '" + model + "' are not known here; ask the server that runs it",
                    "tokens_unknown",
                    "model")));
  }

  /**
   * How many tokens a prompt has: told by the server that would answer it, or by the model of this
   * process.
   *
   * @throws KedgeException as {@link #tokens}, or where the server fails
   */
  public long countTokens(ChatRequest request, Caller caller) throws InterruptedException {
    Routing now = routing;
    Principal principal = admission.who(caller);
    if (now.knows(request.model())) principal.require(Api.MESSAGES, request.model());
    CallContext context = context(request, caller, principal, System.nanoTime());
    OptionalLong told =
        dispatcher.count(now.target(request.model()).candidates(), request, context);
    return told.isPresent()
        ? told.getAsLong()
        : tokens(request.model(), caller).encode(request).length;
  }

  /**
   * Lets a call in and gives it a place in the queue. The caller closes the exchange, whose first
   * part is waited for in {@link Exchange#next}.
   *
   * @throws KedgeException if the call is refused: by key, rate, budget, queue or model
   */
  public Exchange open(ApiRequest request, Caller caller) {
    long arrival = System.nanoTime();
    if (draining) throw shuttingDown();
    String tenant = "";
    try {
      Principal principal = admission.who(caller);
      tenant = principal.tenant().name();
      refuseWhileRecordsWait();
      return open(request, caller, principal, arrival);
    } catch (KedgeException e) {
      books.refused(e, tenant);
      throw e;
    }
  }

  private Exchange open(ApiRequest request, Caller caller, Principal principal, long arrival) {
    Routing now = routing;
    if (now.knows(request.model())) principal.require(request.source().api(), request.model());
    Tiers tiers = now.virtual().get(request.model());
    Map<String, String> tags = tags(principal, caller);
    @Nullable TierDecision decision =
        tiers == null ? null : tiers.decide(request, facts(principal, tags));
    Target target = now.target(decision == null ? request.model() : decision.model());
    CallContext context = context(request, caller, principal, arrival);
    TokenBounds bounds = TokenBounds.of(request);
    Rates.Permit permit = admission.rate(principal, bounds);
    try {
      Bookkeeping.About about =
          new Bookkeeping.About(
              principal,
              request,
              context,
              Optional.ofNullable(tags.get(TASK)),
              decision == null ? "" : decision.tier().text(),
              decision == null ? "" : decision.reason(),
              clock.instant());
      Exchange exchange = exchange(about, tags, now, tiers, decision, target, bounds, arrival);
      parts
          .capture()
          .flatMap(all -> all.start(context.id(), about.task(), request))
          .ifPresent(exchange::keep);
      exchange.onClose(permit::close);
      return watched(exchange, request.model());
    } catch (RuntimeException e) {
      permit.close(0);
      throw e;
    }
  }

  private Exchange exchange(
      Bookkeeping.About about,
      Map<String, String> tags,
      Routing now,
      @Nullable Tiers tiers,
      @Nullable TierDecision decision,
      Target target,
      TokenBounds bounds,
      long arrival) {
    ApiRequest request = about.request().withModel(target.model());
    Exchange.@Nullable Second second = null;
    boolean held = false;
    if (tiers != null && decision != null && request instanceof ChatRequest chat) {
      Optional<Cascade> cascade = tiers.cascade();
      if (cascade.isPresent() && decision.tier() == Tier.SMALL) {
        Target large = now.target(tiers.large());
        second = second(about, tags, large, chat, cascade.get(), bounds, arrival);
        held = true;
      }
    }
    try {
      CallContext context = held ? about.context().neutral() : about.context();
      String id = held ? about.context().id() + "/small" : about.context().id();
      Legs.Asked asked = new Legs.Asked(request, context, bounds, arrival);
      RolledCalls.Begun begun = rolled.begin(new RolledCalls.Call(id, about, tags, target, asked));
      String tier = decision == null ? "" : decision.header();
      return new Exchange(about.context(), about.request().model(), tier, begun, second);
    } catch (RuntimeException e) {
      if (second != null) second.unused().run();
      throw e;
    }
  }

  /* The money is set aside at once, so that a first answer is never thrown away for lack of it. */
  private Exchange.Second second(
      Bookkeeping.About about,
      Map<String, String> tags,
      Target large,
      ChatRequest chat,
      Cascade cascade,
      TokenBounds bounds,
      long arrival) {
    Reservation money = admission.money(about, large, bounds);
    ChatRequest request = chat.withModel(large.model());
    Legs.Asked asked = new Legs.Asked(request, about.context(), bounds, arrival);
    String id = about.context().id();
    return new Exchange.Second(
        cascade,
        chat,
        () -> rolled.begin(new RolledCalls.Call(id, about, tags, large, asked), money),
        money::release);
  }

  private Exchange watched(Exchange exchange, String model) {
    books.open(model, 1);
    exchange.onClose(() -> books.open(model, -1));
    open.add(exchange);
    exchange.onClose(() -> open.remove(exchange));
    deadlines.watch(exchange);
    exchange.onClose(() -> deadlines.release(exchange));
    if (draining) exchange.interrupt(shuttingDown());
    return exchange;
  }

  /* What was written down with the key stands above what the caller says. */
  private static Map<String, String> tags(Principal principal, Caller caller) {
    if (principal.tags().isEmpty()) return caller.tags();
    Map<String, String> tags = new HashMap<>(caller.tags());
    tags.putAll(principal.tags());
    return tags;
  }

  private static TierFacts facts(Principal principal, Map<String, String> tags) {
    List<String> texts = new ArrayList<>(tags.size());
    tags.forEach((name, value) -> texts.add(name + "=" + value));
    return new TierFacts(principal.keyId(), principal.tenant().name(), texts);
  }

  private CallContext context(
      ApiRequest request, Caller caller, Principal principal, long arrival) {
    Duration time = caller.patience().filter(own -> own.compareTo(longest) < 0).orElse(longest);
    return new CallContext(
        prefix(request.source().api()) + HexFormat.of().toHexDigits(random.nextLong()),
        clock.instant().getEpochSecond(),
        seed(request),
        arrival + time.toNanos(),
        false,
        caller.headers(),
        principal.tenant().name(),
        priority(principal, caller).rank());
  }

  /* A caller may step back behind others of its tenant's, not before them. */
  private static Priority priority(Principal principal, Caller caller) {
    Priority own = principal.tenant().priority();
    return caller.priority().map(own::atMost).orElse(own);
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

  /* Its record would wait too, and with it whoever closes the call: no new ones until there is room. */
  private void refuseWhileRecordsWait() {
    if (parts.meter().isEmpty() || !parts.meter().get().stalled()) return;
    throw new KedgeException(
        new Failure.Unavailable(
            "usage cannot be recorded now, so no call is taken; try again in a few seconds",
            "metering_stalled",
            METERING_RETRY_SECONDS));
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
    deadlines.close();
    routing.closeQueues();
    targets.close();
  }
}
