package dev.kedge.usage.capture;

import dev.kedge.call.AnswerPart;
import dev.kedge.config.CaptureRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * One exchange that is being kept. For the thread that delivers the answer; ends with {@link
 * #finish} or {@link #abandon}, and what comes later is ignored.
 */
public final class Recording {
  private static final int PART_BYTES = 64;
  private static final int STEP_BYTES = 16 * 1024;

  private final Capture capture;
  final CaptureRule rule;
  final String id;
  final Instant time;
  final ObjectNode request;
  private final List<AnswerPart> parts = new ArrayList<>();
  private String model = "";
  private long reserved;
  private long used;
  private boolean over;

  Recording(
      Capture capture,
      CaptureRule rule,
      String id,
      Instant time,
      ObjectNode request,
      long requestBytes) {
    this.capture = capture;
    this.rule = rule;
    this.id = id;
    this.time = time;
    this.request = request;
    this.reserved = requestBytes;
    this.used = requestBytes;
  }

  /** A part that the caller got. It is kept as it is, so its bytes must not change afterwards. */
  public void part(AnswerPart part) {
    if (over) return;
    used += PART_BYTES + size(part);
    if (used > reserved && !more()) {
      abandon();
      return;
    }
    parts.add(part);
  }

  private static long size(AnswerPart part) {
    return switch (part) {
      case AnswerPart.Text text -> text.text().length();
      case AnswerPart.Reasoning words -> words.text().length() + words.signature().length();
      case AnswerPart.Refusal words -> words.text().length();
      case AnswerPart.ToolCall call -> call.id().length() + call.name().length();
      case AnswerPart.ToolArguments arguments -> arguments.json().length();
      case AnswerPart.Frame frame -> frame.bytes().length;
      case AnswerPart.Body body -> body.bytes().length;
      case AnswerPart.Finish _, AnswerPart.Vector _, AnswerPart.End _ -> 0;
    };
  }

  private boolean more() {
    long step = Math.max(STEP_BYTES, used - reserved);
    if (!capture.reserve(reserved, step)) return false;
    reserved += step;
    return true;
  }

  /**
   * The answer is complete, as far as it came.
   *
   * @param served the model that answered
   */
  public void finish(String served) {
    if (over) return;
    over = true;
    model = served;
    capture.offer(this);
  }

  /** Nothing is kept. */
  public void abandon() {
    if (over) return;
    over = true;
    parts.clear();
    capture.release(reserved);
  }

  /** The model that answered. */
  String model() {
    return model;
  }

  List<AnswerPart> parts() {
    return parts;
  }

  /** Bytes of memory that it holds. */
  long reserved() {
    return reserved;
  }
}
