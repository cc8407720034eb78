package dev.kedge.wire.anthropic;

import dev.kedge.base.Failure;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of a message. Blocks follow one another: what is of another kind ends the block before
 * it. Should a piece of arguments come for a call whose block has ended, it is sent with that
 * block's index.
 */
final class MessageStream implements AnswerWriter {
  private static final byte[] END = utf8("\"}}\n\n");

  private final AnswerHead head;
  private boolean begun;
  private int blocks;
  private String open = "";
  private byte[] beforePiece = {};
  private final Map<Integer, Integer> calls = new HashMap<>();
  private AnswerPart.Finish finish = new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty());

  MessageStream(AnswerHead head) {
    this.head = head;
  }

  @Override
  public boolean streams() {
    return true;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    begin(out);
    switch (part) {
      case AnswerPart.Text piece -> text(piece.text(), out);
      case AnswerPart.Refusal piece -> text(piece.text(), out);
      case AnswerPart.Reasoning piece -> thinking(piece, out);
      case AnswerPart.ToolCall call -> {
        calls.put(call.call(), blocks);
        ObjectNode block = Json.object().put("type", "tool_use");
        block.put("id", call.id()).put("name", call.name()).putObject("input");
        open("tool_use", "input_json_delta", "partial_json", block, out);
      }
      case AnswerPart.ToolArguments piece -> arguments(piece, out);
      case AnswerPart.Finish end -> {
        finish = end;
        close(out);
      }
      case AnswerPart.End end -> end(end, out);
      case AnswerPart.Vector _, AnswerPart.Frame _, AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private void begin(ByteSink out) {
    if (begun) return;
    begun = true;
    ObjectNode message = MessageAnswer.message(head);
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", Counts.none());
    ObjectNode event = Json.object();
    event.set("message", message);
    emit(out, "message_start", event);
    emit(out, "ping", Json.object());
  }

  private void text(String piece, ByteSink out) {
    if (piece.isEmpty()) return;
    if (!open.equals("text")) {
      ObjectNode block = Json.object().put("type", "text").put("text", "");
      open("text", "text_delta", "text", block, out);
    }
    out.put(beforePiece).putJsonText(piece).put(END);
  }

  private void thinking(AnswerPart.Reasoning piece, ByteSink out) {
    if (piece.text().isEmpty() && piece.signature().isEmpty()) return;
    if (!open.equals("thinking")) {
      ObjectNode block = Json.object().put("type", "thinking").put("thinking", "");
      open("thinking", "thinking_delta", "thinking", block.put("signature", ""), out);
    }
    if (!piece.text().isEmpty()) out.put(beforePiece).putJsonText(piece.text()).put(END);
    if (piece.signature().isEmpty()) return;
    out.put(prefix(blocks - 1, "signature_delta", "signature"));
    out.putJsonText(piece.signature()).put(END);
  }

  private void arguments(AnswerPart.ToolArguments piece, ByteSink out) {
    Integer block = calls.get(piece.call());
    if (block == null) throw Relaying.unexpected(piece);
    if (piece.json().isEmpty()) return;
    boolean last = block == blocks - 1;
    out.put(last ? beforePiece : prefix(block, "input_json_delta", "partial_json"));
    out.putJsonText(piece.json()).put(END);
  }

  private void open(String kind, String delta, String field, ObjectNode block, ByteSink out) {
    close(out);
    ObjectNode event = Json.object().put("index", blocks);
    event.set("content_block", block);
    emit(out, "content_block_start", event);
    beforePiece = prefix(blocks, delta, field);
    open = kind;
    blocks++;
  }

  private void close(ByteSink out) {
    if (open.isEmpty()) return;
    open = "";
    emit(out, "content_block_stop", Json.object().put("index", blocks - 1));
  }

  private void end(AnswerPart.End end, ByteSink out) {
    ObjectNode event = Json.object();
    Counts.addStop(event.putObject("delta"), finish);
    event.set("usage", Counts.usage(end.tokens()));
    emit(out, "message_delta", event);
    emit(out, "message_stop", Json.object());
  }

  private static byte[] prefix(int index, String delta, String field) {
    return utf8(
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"
            + index
            + ",\"delta\":{\"type\":\""
            + delta
            + "\",\""
            + field
            + "\":\"");
  }

  private static void emit(ByteSink out, String type, ObjectNode fields) {
    ObjectNode event = Json.object().put("type", type);
    event.setAll(fields);
    event(out, type, Json.write(event));
  }

  private static void event(ByteSink out, String type, byte[] json) {
    out.put(utf8("event: " + type + "\ndata: ")).put(json).put(utf8("\n\n"));
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    event(out, "error", ApiError.of(failure).body(Dialect.ANTHROPIC, head.id()));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
