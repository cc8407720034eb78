package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Relaying;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of a chat completion. A piece of text costs two copies and its escaping. */
final class ChatStream implements AnswerWriter {
  private final AnswerHead head;
  private final boolean includeUsage;
  private final Map<Integer, ChunkTemplate> choices = new HashMap<>();

  ChatStream(AnswerHead head, boolean includeUsage) {
    this.head = head;
    this.includeUsage = includeUsage;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Text text -> write(text, choice(text.choice(), out), out);
      case AnswerPart.Reasoning piece -> {
        if (!piece.text().isEmpty()) choice(piece.choice(), out).reasoning(out, piece.text());
      }
      case AnswerPart.Refusal piece -> choice(piece.choice(), out).refusal(out, piece.text());
      case AnswerPart.ToolCall call ->
          choice(call.choice(), out).toolCall(out, call.call(), call.id(), call.name());
      case AnswerPart.ToolArguments piece -> {
        if (piece.json().isEmpty()) return;
        choice(piece.choice(), out).toolArguments(out, piece.call(), piece.json());
      }
      case AnswerPart.Finish finish ->
          choice(finish.choice(), out).finish(out, Counts.finish(finish.reason()));
      case AnswerPart.End end -> {
        if (includeUsage) ChunkTemplate.usage(out, head, true, Counts.completion(end.tokens()));
        out.put(ChunkTemplate.DONE);
      }
      case AnswerPart.Vector _, AnswerPart.Frame _, AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private static void write(AnswerPart.Text text, ChunkTemplate choice, ByteSink out) {
    if (text.score().isPresent()) {
      choice.piece(out, text.text(), ChatLogprobs.of(List.of(text.score().get())));
    } else if (!text.text().isEmpty()) {
      choice.piece(out, text.text());
    }
  }

  /* Opens the choice at its first part. */
  private ChunkTemplate choice(int index, ByteSink out) {
    @Nullable ChunkTemplate known = choices.get(index);
    if (known != null) return known;
    ChunkTemplate choice = ChunkTemplate.chat(head, index, includeUsage);
    choices.put(index, choice);
    choice.opening(out);
    return choice;
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    ChunkTemplate.event(out, null, ApiError.of(failure).body());
  }
}
