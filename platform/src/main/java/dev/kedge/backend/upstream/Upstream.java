package dev.kedge.backend.upstream;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.backend.upstream.http.HttpPool;
import dev.kedge.backend.upstream.http.HttpTarget;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.Dialect;
import dev.kedge.config.UpstreamSection;
import dev.kedge.wire.Json;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.databind.JsonNode;

/**
 * A server elsewhere that speaks OpenAI's or Anthropic's API. Thread-safe.
 *
 * <p>Nothing is sent before the first part of an answer is asked for, so a refusal by {@link
 * #start} costs the server nothing. Whoever has not been given a part by {@code next()} before it
 * throws has handed nothing on and may ask another server.
 */
public final class Upstream implements Backend, AutoCloseable {
  private final UpstreamSection section;
  private final HttpPool pool;
  private final String fixedHeaders;
  private final Optional<CurrentKey> key;

  /**
   * @param section declares it
   * @param tls whose certificates are trusted
   * @param watchdog of all upstreams; not closed here
   */
  public Upstream(UpstreamSection section, SSLSocketFactory tls, Watchdog watchdog) {
    this(section, () -> tls, watchdog);
  }

  /**
   * The same.
   *
   * @param tls asked for at once where it is needed, and not where it is not: it takes a while to
   *     make
   */
  public Upstream(UpstreamSection section, Supplier<SSLSocketFactory> tls, Watchdog watchdog) {
    HttpTarget target = target(section.url());
    if (target.tls()) tls.get();
    this.section = section;
    this.pool = new HttpPool(target, section.timeouts().connect(), tls, watchdog);
    this.fixedHeaders = fixedHeaders(section);
    this.key = section.key().map(place -> new CurrentKey(section.name(), place::read));
  }

  private static HttpTarget target(String url) {
    HttpTarget target = HttpTarget.of(URI.create(url));
    return target.path().isEmpty()
        ? new HttpTarget(target.tls(), target.host(), target.port(), "/v1")
        : target;
  }

  private static String fixedHeaders(UpstreamSection section) {
    StringBuilder lines = new StringBuilder("Content-Type: application/json\r\n");
    if (section.dialect() == Dialect.ANTHROPIC
        && section.headers().keySet().stream().noneMatch("anthropic-version"::equalsIgnoreCase))
      lines.append("anthropic-version: 2023-06-01\r\n");
    section
        .headers()
        .forEach((name, value) -> {
          checkHeader(name, value);
          lines.append(name).append(": ").append(value).append("\r\n");
        });
    return lines.toString();
  }

  private static void checkHeader(String name, String value) {
    if (!name.matches("[A-Za-z0-9-]{1,100}") || !value.matches("[\\t -~]{0,4000}"))
      throw KedgeException.invalid(
          "the header '"
              + name
              + "' must have a name of letters, digits and '-', and a value of printable ASCII");
  }

  @Override
  public String name() {
    return section.name();
  }

  /**
   * Prepares a call; returns at once.
   *
   * @throws KedgeException NotFound for a model that is not served here, Invalid for what the
   *     server's API cannot express
   */
  @Override
  public Answer start(ApiRequest request, CallContext context) {
    Translation translation =
        Translation.of(
            request, context.wantsParts(), served(request).id(), section.dialect(), section.kind());
    return answer(path(translation.api()), translation, request.stream(), request, context);
  }

  /** By Anthropic's API; the others have no path for it. */
  @Override
  public OptionalLong count(ChatRequest request, CallContext context) throws InterruptedException {
    if (section.dialect() != Dialect.ANTHROPIC || request.source().api() != Api.MESSAGES) {
      return OptionalLong.empty();
    }
    Translation translation =
        Translation.of(request, false, served(request).id(), section.dialect(), section.kind());
    try (Answer answer = answer("/messages/count_tokens", translation, false, request, context)) {
      if (answer.next() instanceof AnswerPart.Body body) {
        JsonNode count = Json.parse(body.bytes()).path("input_tokens");
        if (count.isIntegralNumber()) return OptionalLong.of(count.longValue());
      }
      throw Refusals.malformed("it tells no count of tokens");
    }
  }

  private UpstreamSection.Served served(ApiRequest request) {
    return section
        .model(request.model())
        .orElseThrow(() ->
            new KedgeException(
                new Failure.NotFound(
                    "the model '" + request.model() + "' is not served here", "model_not_found")));
  }

  private Answer answer(
      String path,
      Translation translation,
      boolean stream,
      ApiRequest request,
      CallContext context) {
    Duration total = section.timeouts().total();
    Duration left = Duration.ofNanos(context.deadline() - System.nanoTime());
    boolean deadline = left.compareTo(total) < 0;
    if (deadline) total = left;
    String secret = key.isPresent() ? key.get().value() : "";
    UpstreamAnswer.Outgoing outgoing =
        new UpstreamAnswer.Outgoing(
            name(),
            secret,
            () -> key.ifPresent(CurrentKey::refused),
            stream,
            section.timeouts(),
            total,
            deadline);
    String headers =
        headers(context.id(), secret, stream) + passedOn(translation.api(), request, context);
    return new UpstreamAnswer(
        outgoing,
        pool.request("POST", path, headers, translation.body(), total.toNanos()),
        translation.reader());
  }

  private String headers(String call, String secret, boolean stream) {
    String accept = stream ? "Accept: text/event-stream\r\n" : "Accept: application/json\r\n";
    /* The server's log and ours can be laid side by side. */
    if (isWord(call)) accept += "X-Request-Id: " + call + "\r\n";
    if (secret.isEmpty()) return fixedHeaders + accept;
    return fixedHeaders
        + accept
        + (section.dialect() == Dialect.ANTHROPIC ? "x-api-key: " : "Authorization: Bearer ")
        + secret
        + "\r\n";
  }

  /* Only where the caller's own words are forwarded: elsewhere the header would speak of others. */
  private static String passedOn(Api api, ApiRequest request, CallContext context) {
    if (api != Api.MESSAGES || request.source().api() != Api.MESSAGES) return "";
    StringBuilder lines = new StringBuilder();
    context
        .headers()
        .forEach((name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
    return lines.toString();
  }

  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++)
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) return false;
    return !text.isEmpty();
  }

  private static String path(Api api) {
    return switch (api) {
      case CHAT_COMPLETIONS -> "/chat/completions";
      case COMPLETIONS -> "/completions";
      case EMBEDDINGS -> "/embeddings";
      case RESPONSES -> "/responses";
      case MESSAGES -> "/messages";
    };
  }

  /** Closes idle connections; running answers go on. */
  @Override
  public void close() {
    pool.close();
  }
}
