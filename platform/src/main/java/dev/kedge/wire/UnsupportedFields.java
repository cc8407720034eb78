package dev.kedge.wire;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.Source;

/**
 * Fields of a body that the records of {@code call} do not hold. A server of the caller's own API
 * gets the whole body; any other answers from the records, and a field that it never sees would be
 * lost without a word. So each is refused unless its value asks for nothing.
 */
public final class UnsupportedFields {
  private UnsupportedFields() {}

  /**
   * Refuses what would be lost where the call is answered from its records: by the embedded engine,
   * or by a server that speaks another API than the caller.
   *
   * @throws KedgeException Invalid, naming the first such field and what to do instead
   */
  public static void refuseUnsupported(ApiRequest request) {
    Source source = request.source();
    Shape shape =
        switch (source.api()) {
          case CHAT_COMPLETIONS -> OpenAiShapes.CHAT;
          case COMPLETIONS -> OpenAiShapes.COMPLETION;
          case EMBEDDINGS -> OpenAiShapes.EMBEDDING;
          case RESPONSES -> ResponseShapes.RESPONSE;
          case MESSAGES -> MessageShapes.MESSAGES;
        };
    shape.check(source.body(), "");
  }
}
