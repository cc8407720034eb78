package dev.kedge.http;

import dev.kedge.backend.AnswerPart;
import dev.kedge.base.KedgeException;
import dev.kedge.gateway.Exchange;
import dev.kedge.gateway.Replies;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.ChunkTemplate;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Sends the parts of an exchange as they arise, each choice in its order. */
final class StreamedAnswer {
  private final Exchange exchange;
  private final SseWriter sse;
  private final boolean chat;
  private final boolean includeUsage;
  private final Replies.UsageSum usage;

  StreamedAnswer(Exchange exchange, SseWriter sse, boolean chat, boolean includeUsage) {
    this.exchange = exchange;
    this.sse = sse;
    this.chat = chat;
    this.includeUsage = includeUsage;
    this.usage = new Replies.UsageSum(exchange.choicesPerPrompt());
  }

  /**
   * Sends everything up to {@code [DONE]}; a failure on the way becomes an event of its own.
   *
   * @throws KedgeException if the exchange failed before anything was sent
   */
  void send() throws InterruptedException {
    ByteSink sink = new ByteSink();
    try {
      if (exchange.size() == 1) sendChoice(0);
      else sendChoices();
      if (includeUsage) template(0).usage(sink, usage.total());
      ChunkTemplate.done(sink);
    } catch (KedgeException e) {
      if (!sse.begun()) throw e;
      ChunkTemplate.error(sink, ApiError.of(e.failure()));
    }
    sse.send(sink);
    sse.end();
  }

  private ChunkTemplate template(int index) {
    return chat
        ? ChunkTemplate.chat(
            exchange.id(), exchange.created(), exchange.model(), index, includeUsage)
        : ChunkTemplate.text(
            exchange.id(), exchange.created(), exchange.model(), index, includeUsage);
  }

  private void sendChoice(int index) throws InterruptedException {
    ChunkTemplate template = template(index);
    ByteSink sink = new ByteSink();
    boolean opened = false;
    int offset = 0;
    while (true) {
      AnswerPart part = exchange.next(index);
      if (!opened) template.opening(sink);
      opened = true;
      switch (part) {
        case AnswerPart.Piece piece -> {
          writePiece(template, sink, piece, offset);
          offset += piece.text().length();
        }
        case AnswerPart.End end -> {
          if (!end.text().isEmpty()) template.piece(sink, end.text());
          template.finish(sink, Exchange.finishReason(end.reason()));
          usage.add(index, end.usage());
          sse.send(sink);
          return;
        }
      }
      sse.send(sink);
    }
  }

  private void writePiece(
      ChunkTemplate template, ByteSink sink, AnswerPart.Piece piece, int offset) {
    if (piece.score().isPresent()) {
      Object logprobs =
          chat
              ? Replies.chatLogprobs(List.of(piece.score().get()))
              : Replies.textLogprobs(List.of(piece), offset);
      template.piece(sink, piece.text(), logprobs);
    } else if (!piece.text().isEmpty()) {
      template.piece(sink, piece.text());
    }
  }

  /* One thread per choice; the first failure ends all of them and is the one that is told. */
  private void sendChoices() throws InterruptedException {
    RuntimeException first = null;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<Void> choices = new ExecutorCompletionService<>(threads);
      for (int i = 0; i < exchange.size(); i++) {
        int index = i;
        choices.submit(() -> {
          sendChoice(index);
          return null;
        });
      }
      for (int i = 0; i < exchange.size(); i++) {
        try {
          choices.take().get();
        } catch (ExecutionException e) {
          exchange.cancel();
          if (first == null) first = unchecked(e.getCause());
        }
      }
    }
    if (first != null) throw first;
  }

  private static RuntimeException unchecked(@Nullable Throwable cause) {
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
