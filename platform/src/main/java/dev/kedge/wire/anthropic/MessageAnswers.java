package dev.kedge.wire.anthropic;

import dev.kedge.call.ChatRequest;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;

/** Writers of answers of Anthropic's API. */
public final class MessageAnswers {
  private static final byte[] NO_LAST_EVENT = {};

  private MessageAnswers() {}

  /** Of {@code POST /v1/messages}, in one piece or as a stream as the request wants it. */
  public static AnswerWriter message(ChatRequest request, AnswerHead head) {
    return new Relaying(
        request.stream() ? new MessageStream(head) : new MessageAnswer(head), NO_LAST_EVENT);
  }

  /** The answer of {@code POST /v1/messages/count_tokens}. */
  public static byte[] count(long tokens) {
    return Json.write(Json.object().put("input_tokens", tokens));
  }
}
