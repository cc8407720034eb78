package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Relaying;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of a completion. */
final class CompletionStream implements AnswerWriter {
  private final AnswerHead head;
  private final boolean includeUsage;
  private final Map<Integer, Choice> choices = new HashMap<>();

  CompletionStream(AnswerHead head, boolean includeUsage) {
    this.head = head;
    this.includeUsage = includeUsage;
  }

  private static final class Choice {
    private final ChunkTemplate template;
    private int characters;

    Choice(ChunkTemplate template) {
      this.template = template;
    }
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Text text -> write(text, choice(text.choice()), out);
      case AnswerPart.Finish finish ->
          choice(finish.choice()).template.finish(out, Counts.finish(finish.reason()));
      case AnswerPart.End end -> {
        if (includeUsage) ChunkTemplate.usage(out, head, false, Counts.completion(end.tokens()));
        out.put(ChunkTemplate.DONE);
      }
      case AnswerPart.Reasoning _,
          AnswerPart.Refusal _,
          AnswerPart.ToolCall _,
          AnswerPart.ToolArguments _,
          AnswerPart.Vector _,
          AnswerPart.Frame _,
          AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private static void write(AnswerPart.Text text, Choice choice, ByteSink out) {
    if (text.score().isPresent()) {
      TextLogprobs logprobs = new TextLogprobs().add(text, choice.characters);
      choice.template.piece(out, text.text(), logprobs);
      choice.characters += text.text().length();
    } else if (!text.text().isEmpty()) {
      choice.template.piece(out, text.text());
      choice.characters += text.text().length();
    }
  }

  private Choice choice(int index) {
    @Nullable Choice known = choices.get(index);
    if (known != null) return known;
    Choice choice = new Choice(ChunkTemplate.text(head, index, includeUsage));
    choices.put(index, choice);
    return choice;
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    ChunkTemplate.event(out, null, ApiError.of(failure).body());
  }
}
