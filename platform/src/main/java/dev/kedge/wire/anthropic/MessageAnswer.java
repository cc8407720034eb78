package dev.kedge.wire.anthropic;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Dialect;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A message in one piece. */
final class MessageAnswer implements AnswerWriter {
  private final AnswerHead head;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Call> calls = new HashMap<>();
  private AnswerPart.Finish finish = new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty());

  MessageAnswer(AnswerHead head) {
    this.head = head;
  }

  private sealed interface Block {}

  private record Text(StringBuilder text) implements Block {}

  private record Thinking(StringBuilder text, StringBuilder signature) implements Block {}

  private record Call(String id, String name, StringBuilder arguments) implements Block {}

  @Override
  public boolean streams() {
    return false;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Text piece -> text(piece.text());
      case AnswerPart.Refusal piece -> text(piece.text());
      case AnswerPart.Reasoning piece -> thinking(piece);
      case AnswerPart.ToolCall begun -> {
        Call call = new Call(begun.id(), begun.name(), new StringBuilder());
        calls.put(begun.call(), call);
        blocks.add(call);
      }
      case AnswerPart.ToolArguments piece -> {
        Call call = calls.get(piece.call());
        if (call == null) throw Relaying.unexpected(part);
        call.arguments.append(piece.json());
      }
      case AnswerPart.Finish end -> finish = end;
      case AnswerPart.End end -> out.put(Json.write(body(end)));
      case AnswerPart.Vector _, AnswerPart.Frame _, AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private void text(String piece) {
    if (piece.isEmpty()) return;
    if (blocks.isEmpty() || !(blocks.getLast() instanceof Text)) {
      blocks.add(new Text(new StringBuilder()));
    }
    if (blocks.getLast() instanceof Text last) last.text.append(piece);
  }

  private void thinking(AnswerPart.Reasoning piece) {
    if (piece.text().isEmpty() && piece.signature().isEmpty()) return;
    if (blocks.isEmpty() || !(blocks.getLast() instanceof Thinking)) {
      blocks.add(new Thinking(new StringBuilder(), new StringBuilder()));
    }
    if (!(blocks.getLast() instanceof Thinking last)) return;
    last.text.append(piece.text());
    last.signature.append(piece.signature());
  }

  /** What a message says about itself. */
  static ObjectNode message(AnswerHead head) {
    return Json.object()
        .put("id", head.id())
        .put("type", "message")
        .put("role", "assistant")
        .put("model", head.model());
  }

  private ObjectNode body(AnswerPart.End end) {
    ObjectNode body = message(head);
    ArrayNode content = body.putArray("content");
    for (Block block : blocks) {
      ObjectNode node = content.addObject();
      switch (block) {
        case Text text -> node.put("type", "text").put("text", text.text.toString());
        case Thinking thinking ->
            node.put("type", "thinking")
                .put("thinking", thinking.text.toString())
                .put("signature", thinking.signature.toString());
        case Call call -> {
          node.put("type", "tool_use").put("id", call.id).put("name", call.name);
          node.set("input", input(call.arguments.toString()));
        }
      }
    }
    Counts.addStop(body, finish);
    body.set("usage", Counts.usage(end.tokens()));
    return body;
  }

  /* Arguments that are no object, as where the answer was cut short, are passed on as a text under
   * the name that the API's documentation suggests for it. */
  private static ObjectNode input(String arguments) {
    if (arguments.isBlank()) return Json.object();
    try {
      return Json.object(arguments.getBytes(StandardCharsets.UTF_8));
    } catch (KedgeException _) {
      return Json.object().put("INVALID_JSON", arguments);
    }
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    out.put(ApiError.of(failure).body(Dialect.ANTHROPIC, head.id()));
  }
}
