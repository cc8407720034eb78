package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenScore;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A chat completion in one piece. */
final class ChatAnswer implements AnswerWriter {
  private final AnswerHead head;
  private final Map<Integer, Choice> choices = new TreeMap<>();

  ChatAnswer(AnswerHead head) {
    this.head = head;
  }

  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder refusal = new StringBuilder();
    private final Map<Integer, Call> calls = new TreeMap<>();
    private final List<TokenScore> scores = new ArrayList<>();
    private AnswerEnd end = AnswerEnd.STOP;
  }

  private record Call(String id, String name, StringBuilder arguments) {}

  @Override
  public boolean streams() {
    return false;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Text text -> {
        Choice choice = choice(text.choice());
        choice.text.append(text.text());
        text.score().ifPresent(choice.scores::add);
      }
      case AnswerPart.Reasoning piece -> choice(piece.choice()).reasoning.append(piece.text());
      case AnswerPart.Refusal piece -> choice(piece.choice()).refusal.append(piece.text());
      case AnswerPart.ToolCall call ->
          choice(call.choice())
              .calls
              .put(call.call(), new Call(call.id(), call.name(), new StringBuilder()));
      case AnswerPart.ToolArguments piece -> {
        Call call = choice(piece.choice()).calls.get(piece.call());
        if (call == null) throw Relaying.unexpected(part);
        call.arguments.append(piece.json());
      }
      case AnswerPart.Finish finish -> choice(finish.choice()).end = finish.reason();
      case AnswerPart.End end -> out.put(Json.write(body(end)));
      case AnswerPart.Vector _, AnswerPart.Frame _, AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  private ObjectNode body(AnswerPart.End end) {
    ObjectNode body = Json.object();
    body.put("id", head.id());
    body.put("object", "chat.completion");
    body.put("created", head.created());
    body.put("model", head.model());
    ArrayNode list = body.putArray("choices");
    choices.forEach((index, choice) -> write(list.addObject().put("index", index), choice));
    body.set("usage", Counts.completion(end.tokens()));
    return body;
  }

  private static void write(ObjectNode node, Choice choice) {
    ObjectNode message = node.putObject("message");
    message.put("role", "assistant");
    boolean silent =
        choice.text.isEmpty() && (!choice.calls.isEmpty() || !choice.refusal.isEmpty());
    message.put("content", silent ? null : choice.text.toString());
    message.put("refusal", choice.refusal.isEmpty() ? null : choice.refusal.toString());
    if (!choice.reasoning.isEmpty()) {
      message.put("reasoning_content", choice.reasoning.toString());
    }
    if (!choice.calls.isEmpty()) {
      ArrayNode calls = message.putArray("tool_calls");
      for (Call call : choice.calls.values()) {
        ObjectNode one = calls.addObject().put("id", call.id).put("type", "function");
        one.putObject("function")
            .put("name", call.name)
            .put("arguments", call.arguments.toString());
      }
    }
    if (choice.scores.isEmpty()) node.putNull("logprobs");
    else node.set("logprobs", Json.tree(ChatLogprobs.of(choice.scores)));
    node.put("finish_reason", Counts.finish(choice.end));
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    out.put(ApiError.of(failure).body());
  }
}
