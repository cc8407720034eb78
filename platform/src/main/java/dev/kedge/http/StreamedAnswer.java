package dev.kedge.http;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.gateway.Exchange;
import dev.kedge.gateway.Replies;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.ChunkTemplate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends the parts of an exchange as they arise, each choice in its order. */
final class StreamedAnswer {
  private final Exchange exchange;
  private final SseWriter sse;
  private final boolean chat;
  private final boolean includeUsage;
  private final Map<Integer, ChunkTemplate> templates = new HashMap<>();
  /* Characters of each choice so far. */
  private final Map<Integer, Integer> offsets = new HashMap<>();

  StreamedAnswer(Exchange exchange, SseWriter sse, boolean chat, boolean includeUsage) {
    this.exchange = exchange;
    this.sse = sse;
    this.chat = chat;
    this.includeUsage = includeUsage;
  }

  /**
   * Sends everything up to {@code [DONE]}; a failure on the way becomes an event of its own.
   *
   * @throws KedgeException if the exchange failed before anything was sent
   */
  void send() throws InterruptedException {
    ByteSink sink = new ByteSink();
    try {
      while (send(exchange.next(), sink)) sse.send(sink);
      ChunkTemplate.done(sink);
    } catch (KedgeException e) {
      if (!sse.begun()) throw e;
      ChunkTemplate.error(sink, ApiError.of(e.failure()));
    }
    sse.send(sink);
    sse.end();
  }

  private boolean send(AnswerPart part, ByteSink sink) {
    switch (part) {
      case AnswerPart.Text piece -> write(template(piece.choice(), sink), sink, piece);
      case AnswerPart.Finish finish ->
          template(finish.choice(), sink).finish(sink, Replies.finishReason(finish.reason()));
      case AnswerPart.End end -> {
        if (includeUsage) template(0, sink).usage(sink, Replies.usage(end.tokens()));
        return false;
      }
      default -> throw new IllegalStateException("unexpected " + part);
    }
    return true;
  }

  /* Opens the choice at its first part. */
  private ChunkTemplate template(int index, ByteSink sink) {
    ChunkTemplate known = templates.get(index);
    if (known != null) return known;
    ChunkTemplate template =
        chat
            ? ChunkTemplate.chat(
                exchange.id(), exchange.created(), exchange.model(), index, includeUsage)
            : ChunkTemplate.text(
                exchange.id(), exchange.created(), exchange.model(), index, includeUsage);
    templates.put(index, template);
    template.opening(sink);
    return template;
  }

  private void write(ChunkTemplate template, ByteSink sink, AnswerPart.Text piece) {
    if (piece.score().isPresent()) {
      int offset = offsets.getOrDefault(piece.choice(), 0);
      Object logprobs =
          chat
              ? Replies.chatLogprobs(List.of(piece.score().get()))
              : Replies.textLogprobs(List.of(piece), offset);
      template.piece(sink, piece.text(), logprobs);
      offsets.put(piece.choice(), offset + piece.text().length());
    } else if (!piece.text().isEmpty()) {
      template.piece(sink, piece.text());
    }
  }
}
