package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A completion in one piece. */
final class CompletionAnswer implements AnswerWriter {
  private final AnswerHead head;
  private final Map<Integer, Choice> choices = new TreeMap<>();

  CompletionAnswer(AnswerHead head) {
    this.head = head;
  }

  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final TextLogprobs logprobs = new TextLogprobs();
    private AnswerEnd end = AnswerEnd.STOP;
  }

  @Override
  public boolean streams() {
    return false;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Text text -> {
        Choice choice = choice(text.choice());
        if (text.score().isPresent()) choice.logprobs.add(text, choice.text.length());
        choice.text.append(text.text());
      }
      case AnswerPart.Finish finish -> choice(finish.choice()).end = finish.reason();
      case AnswerPart.End end -> out.put(Json.write(body(end)));
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

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  private ObjectNode body(AnswerPart.End end) {
    ObjectNode body = Json.object();
    body.put("id", head.id());
    body.put("object", "text_completion");
    body.put("created", head.created());
    body.put("model", head.model());
    ArrayNode list = body.putArray("choices");
    choices.forEach((index, choice) -> {
      ObjectNode node = list.addObject();
      node.put("index", index);
      node.put("text", choice.text.toString());
      if (choice.logprobs.tokens().isEmpty()) node.putNull("logprobs");
      else node.set("logprobs", Json.tree(choice.logprobs));
      node.put("finish_reason", Counts.finish(choice.end));
    });
    body.set("usage", Counts.completion(end.tokens()));
    return body;
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    out.put(ApiError.of(failure).body());
  }
}
