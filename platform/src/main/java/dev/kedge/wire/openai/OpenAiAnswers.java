package dev.kedge.wire.openai;

import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.Relaying;

/** Writers of answers of OpenAI's APIs, in one piece or as a stream as the request wants it. */
public final class OpenAiAnswers {
  private static final byte[] NO_LAST_EVENT = {};

  private OpenAiAnswers() {}

  /** Of {@code POST /v1/chat/completions}. */
  public static AnswerWriter chat(ChatRequest request, AnswerHead head) {
    return request.stream()
        ? new Relaying(new ChatStream(head, request.includeUsage()), ChunkTemplate.DONE)
        : new Relaying(new ChatAnswer(head), NO_LAST_EVENT);
  }

  /** Of {@code POST /v1/completions}. */
  public static AnswerWriter completion(CompletionRequest request, AnswerHead head) {
    return request.stream()
        ? new Relaying(new CompletionStream(head, request.includeUsage()), ChunkTemplate.DONE)
        : new Relaying(new CompletionAnswer(head), NO_LAST_EVENT);
  }

  /** Of {@code POST /v1/embeddings}. */
  public static AnswerWriter embedding(EmbeddingRequest request, AnswerHead head) {
    return new Relaying(new EmbeddingAnswer(head, request.base64()), NO_LAST_EVENT);
  }

  /** Of {@code POST /v1/responses}. */
  public static AnswerWriter response(ChatRequest request, AnswerHead head) {
    return new Relaying(new ResponseWriter(request, head), NO_LAST_EVENT);
  }
}
