package dev.kedge.backend.upstream;

import dev.kedge.backend.Answer;
import dev.kedge.backend.upstream.http.HttpExchange;
import dev.kedge.backend.upstream.http.HttpFailure;
import dev.kedge.backend.upstream.http.ResponseHead;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.config.UpstreamSection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An answer of a server elsewhere. The request is sent by the first {@link #next}, on the thread of
 * its caller; the server is read no faster than parts are asked for.
 */
final class UpstreamAnswer implements Answer {
  private static final System.Logger LOG = System.getLogger("dev.kedge.backend.upstream");
  private static final int MAX_BODY = 64 << 20;
  private static final int MAX_ERROR_BODY = 64 << 10;

  private final Outgoing outgoing;
  private final HttpExchange exchange;
  private final AnswerReader reader;
  private final ArrayDeque<AnswerPart> parts = new ArrayDeque<>(4);

  /* Of the reading thread alone. */
  private boolean sent;
  private boolean begun;
  private @Nullable EventReader events;
  private AnswerPart.@Nullable End end;
  private @Nullable KedgeException failed;

  /**
   * What is asked of a server, ready to go.
   *
   * @param name of the upstream
   * @param secret that must not be in a message; possibly empty
   * @param keyRefused called where the server does not take the key
   * @param stream whether events are awaited
   * @param deadline whether it is the caller's time that bounds the whole, not the upstream's
   */
  record Outgoing(
      String name,
      String secret,
      Runnable keyRefused,
      boolean stream,
      UpstreamSection.Timeouts timeouts,
      Duration total,
      boolean deadline) {}

  UpstreamAnswer(Outgoing outgoing, HttpExchange exchange, AnswerReader reader) {
    this.outgoing = outgoing;
    this.exchange = exchange;
    this.reader = reader;
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    AnswerPart ready = parts.pollFirst();
    if (ready != null) return ready;
    if (end != null) return end;
    if (failed != null) throw failed;
    try {
      if (!sent) send();
      return outgoing.stream ? nextOfStream() : whole();
    } catch (KedgeException e) {
      throw fail(e);
    } catch (HttpFailure e) {
      if (Thread.interrupted()) throw interrupted();
      if (e.getCause() instanceof SSLException tls)
        LOG.log(Level.WARNING, "upstream {0}: {1}", outgoing.name, tls.getMessage());
      throw fail(e.kind() == HttpFailure.Kind.TIMEOUT ? late() : Refusals.of(e));
    } catch (IOException e) {
      throw fail(Refusals.malformed(String.valueOf(e.getMessage())));
    }
  }

  private void send() throws IOException {
    sent = true;
    Duration first = outgoing.stream ? outgoing.timeouts.firstToken() : outgoing.total;
    ResponseHead head = exchange.send(first.toNanos());
    if (head.status() / 100 != 2) {
      if (head.status() == 401 || head.status() == 403) outgoing.keyRefused.run();
      throw Refusals.refused(outgoing.name, head, errorBody(), outgoing.secret, Instant.now());
    }
    String type = head.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    if (!outgoing.stream) return;
    if (type.startsWith("application/json")) {
      byte[] body = exchange.rest(MAX_BODY);
      JsonScan scan = new JsonScan();
      if (scan.scan(body, 0, body.length) && scan.error())
        throw Refusals.told(body, 0, body.length);
      throw Refusals.malformed("it does not stream this answer");
    }
    events = new EventReader(exchange);
  }

  private byte[] errorBody() {
    try {
      return exchange.rest(MAX_ERROR_BODY);
    } catch (IOException e) {
      /* The status alone says enough. */
      return new byte[0];
    }
  }

  private AnswerPart nextOfStream() throws IOException {
    EventReader reading = events;
    if (reading == null) throw Refusals.malformed("it sent no stream");
    while (parts.isEmpty()) {
      if (reader.ended()) return finish();
      if (begun) exchange.await(outgoing.timeouts.betweenTokens().toNanos());
      if (!reading.next()) throw Refusals.malformed("the stream broke off before its end");
      reader.event(reading, parts);
      begun |= !parts.isEmpty();
    }
    exchange.pause();
    return parts.removeFirst();
  }

  /* What follows the last event is read away, so that the connection can serve another call. */
  private AnswerPart finish() throws IOException {
    exchange.drain();
    end = reader.end();
    return end;
  }

  private AnswerPart whole() throws IOException {
    byte[] body = exchange.rest(MAX_BODY);
    reader.body(body, parts);
    end = reader.end();
    AnswerPart first = parts.pollFirst();
    return first == null ? end : first;
  }

  private KedgeException fail(KedgeException e) {
    exchange.cancel();
    failed = e;
    return e;
  }

  private InterruptedException interrupted() {
    exchange.cancel();
    failed = Refusals.malformed("the call was interrupted");
    return new InterruptedException();
  }

  private KedgeException late() {
    if (exchange.late()) {
      return Refusals.timedOut(
          outgoing.deadline
              ? "the deadline of the call has passed"
              : "the upstream did not complete its answer within " + text(outgoing.total));
    }
    Duration waited = begun ? outgoing.timeouts.betweenTokens() : outgoing.timeouts.firstToken();
    return Refusals.timedOut(
        begun
            ? "the upstream sent nothing for " + text(waited)
            : "the upstream sent no first token within " + text(waited));
  }

  private static String text(Duration duration) {
    return duration.toMillis() < 10_000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }

  @Override
  public void cancel() {
    exchange.cancel();
  }
}
