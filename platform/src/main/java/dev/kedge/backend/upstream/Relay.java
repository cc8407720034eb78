package dev.kedge.backend.upstream;

import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import java.io.ByteArrayOutputStream;
import java.util.Queue;

/**
 * The server speaks the caller's API: its bytes are the answer. An event costs one look over its
 * bytes and one copy; only token counts and errors are parsed.
 */
final class Relay implements AnswerReader {
  private static final int MAX_HELD = 64 << 10;

  private final Api api;
  private final boolean withholdUsage;
  private final ApiRequest request;
  private final JsonScan scan = new JsonScan();
  private final UsageTally usage;

  /*
   * Comments before the first event wait for it: as long as nothing was handed on, another server
   * can still take over.
   */
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
  private boolean begun;
  private boolean ended;
  private long outputEstimate;

  /**
   * @param withholdUsage whether the caller did not ask for the chunk of token counts that ends a
   *     chat stream
   */
  Relay(Api api, boolean withholdUsage, ApiRequest request) {
    this.api = api;
    this.withholdUsage = withholdUsage;
    this.request = request;
    this.usage = new UsageTally(api);
  }

  @Override
  public void event(EventReader event, Queue<AnswerPart> parts) {
    if (!event.findData()) {
      if (begun) parts.add(new AnswerPart.Frame(event.frame(), 0));
      else hold(event.frame());
      return;
    }
    if (event.isDone()) {
      ended = true;
      forward(event.frame(), 0, parts);
      return;
    }
    byte[] data = event.data();
    if (!scan.scan(data, event.dataFrom(), event.dataTo()))
      throw Refusals.malformed("an event of the stream is not a JSON object");
    if (scan.error() || scan.type("error") || scan.type("response.failed"))
      throw Refusals.told(data, event.dataFrom(), event.dataTo());
    boolean counts = scan.usageFrom() >= 0;
    if (counts) usage.add(data, scan.usageFrom(), scan.usageTo());
    ended = isLast();
    if (counts && withholdUsage && scan.noChoices()) return;
    int tokens = (api == Api.RESPONSES ? scan.delta() : scan.words()) ? 1 : 0;
    outputEstimate += tokens;
    forward(event.frame(), tokens, parts);
  }

  private void hold(byte[] comment) {
    if (held.size() + comment.length > MAX_HELD)
      throw Refusals.malformed("the stream has nothing but comments");
    held.writeBytes(comment);
  }

  private void forward(byte[] frame, int tokens, Queue<AnswerPart> parts) {
    byte[] bytes = frame;
    if (!begun && held.size() > 0) {
      held.writeBytes(frame);
      bytes = held.toByteArray();
      held.reset();
    }
    begun = true;
    parts.add(new AnswerPart.Frame(bytes, tokens));
  }

  private boolean isLast() {
    return switch (api) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> false;
      case RESPONSES -> scan.type("response.completed") || scan.type("response.incomplete");
      case MESSAGES -> scan.type("message_stop");
    };
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void body(byte[] body, Queue<AnswerPart> parts) {
    if (!scan.scan(body, 0, body.length))
      throw Refusals.malformed("the answer is not a JSON object");
    if (scan.error() || scan.type("error")) throw Refusals.told(body, 0, body.length);
    if (scan.usageFrom() >= 0) usage.add(body, scan.usageFrom(), scan.usageTo());
    outputEstimate = api == Api.EMBEDDINGS ? 0 : Estimate.tokens(body.length);
    parts.add(new AnswerPart.Body(body));
  }

  @Override
  public AnswerPart.End end() {
    /* Only estimated where it must be: it looks at every character of the prompt. */
    long inputEstimate = usage.hasInput() ? 0 : Estimate.input(request);
    return new AnswerPart.End(usage.counts(inputEstimate, outputEstimate));
  }
}
