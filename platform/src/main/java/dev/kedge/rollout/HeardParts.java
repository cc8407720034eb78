package dev.kedge.rollout;

import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Parts of an answer that is to be looked into, in bounded memory. For one thread. */
public final class HeardParts {
  private static final int MOST_BYTES = 256 << 10;
  private static final int PART_BYTES = 64;

  private final List<AnswerPart> parts = new ArrayList<>();
  private int bytes;

  /** Takes the next part. */
  public void add(AnswerPart part) {
    if (bytes > MOST_BYTES) return;
    bytes += PART_BYTES + size(part);
    if (bytes <= MOST_BYTES) parts.add(part);
    else parts.clear();
  }

  /** A whole answer of these parts. */
  public Heard heard(ApiRequest request, Duration time, double dollars) {
    boolean kept = bytes <= MOST_BYTES;
    return new Heard(true, request, parts, kept ? bytes : -1, time, dollars);
  }

  private static int size(AnswerPart part) {
    return switch (part) {
      case AnswerPart.Text text -> text.text().length();
      case AnswerPart.Reasoning words -> words.text().length();
      case AnswerPart.Refusal words -> words.text().length();
      case AnswerPart.ToolCall call -> call.name().length();
      case AnswerPart.ToolArguments arguments -> arguments.json().length();
      case AnswerPart.Frame frame -> frame.bytes().length;
      case AnswerPart.Body body -> body.bytes().length;
      case AnswerPart.Vector vector -> Float.BYTES * vector.values().length;
      case AnswerPart.Finish _, AnswerPart.End _ -> 0;
    };
  }
}
