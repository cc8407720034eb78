package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response, in one piece or as events. The last event repeats the whole response, so everything
 * is collected either way. Text and thinking end when something else begins; calls of tools stay
 * open to the end of the answer, since their arguments may come in turns.
 */
final class ResponseWriter implements AnswerWriter {
  private final boolean stream;
  private final ResponseBody body;
  private final String id;
  private final List<ResponseItem> items = new ArrayList<>();
  private final Map<Integer, ResponseItem> calls = new HashMap<>();
  private boolean begun;
  private long sequence;
  private AnswerEnd end = AnswerEnd.STOP;

  /* The message or the thinking that grows. */
  private @Nullable ResponseItem open;

  ResponseWriter(ChatRequest request, AnswerHead head) {
    this.stream = request.stream();
    this.body = new ResponseBody(request, head);
    this.id = head.id();
  }

  @Override
  public boolean streams() {
    return stream;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    begin(out);
    switch (part) {
      case AnswerPart.Text text -> write(text, out);
      case AnswerPart.Refusal piece ->
          append(ResponseItem.Kind.MESSAGE, ResponsePart.Kind.REFUSAL, piece.text(), out);
      case AnswerPart.Reasoning piece ->
          append(ResponseItem.Kind.REASONING, ResponsePart.Kind.REASONING_TEXT, piece.text(), out);
      case AnswerPart.ToolCall call -> {
        close(out);
        calls.put(call.call(), add(ResponseItem.Kind.CALL, call.id(), call.name(), out));
      }
      case AnswerPart.ToolArguments piece -> write(piece, out);
      case AnswerPart.Finish finish -> {
        end = finish.reason();
        close(out);
        closeCalls(out);
      }
      case AnswerPart.End last -> write(last, out);
      case AnswerPart.Vector _, AnswerPart.Frame _, AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  private void begin(ByteSink out) {
    if (begun) return;
    begun = true;
    for (String type : List.of("response.created", "response.in_progress")) {
      ObjectNode event = Json.object();
      event.set("response", body.inProgress());
      emit(out, type, event);
    }
  }

  private void write(AnswerPart.Text text, ByteSink out) {
    if (text.score().isEmpty()) {
      append(ResponseItem.Kind.MESSAGE, ResponsePart.Kind.OUTPUT_TEXT, text.text(), out);
      return;
    }
    ResponsePart part = part(ResponseItem.Kind.MESSAGE, ResponsePart.Kind.OUTPUT_TEXT, out);
    part.add(text.text());
    part.add(text.score().get());
    if (stream) part.delta(out, sequence++, text.text(), text.score().get());
  }

  private void append(ResponseItem.Kind item, ResponsePart.Kind kind, String text, ByteSink out) {
    if (text.isEmpty()) return;
    ResponsePart part = part(item, kind, out);
    part.add(text);
    if (stream) part.delta(out, sequence++, text);
  }

  private void write(AnswerPart.ToolArguments piece, ByteSink out) {
    ResponseItem call = calls.get(piece.call());
    if (call == null) throw Relaying.unexpected(piece);
    if (piece.json().isEmpty()) return;
    call.arguments().append(piece.json());
    if (!stream) return;
    emit(out, "response.function_call_arguments.delta", call.place().put("delta", piece.json()));
  }

  private void write(AnswerPart.End last, ByteSink out) {
    ObjectNode response = body.complete(items, end, last.tokens());
    if (!stream) {
      out.put(Json.write(response));
      return;
    }
    ObjectNode event = Json.object();
    event.set("response", response);
    emit(out, "response." + response.path("status").asString(), event);
  }

  /* The part that grows; what is of another kind ends. */
  private ResponsePart part(ResponseItem.Kind kind, ResponsePart.Kind partKind, ByteSink out) {
    ResponseItem item = open;
    if (item == null || item.kind() != kind) {
      close(out);
      item = add(kind, "", "", out);
      open = item;
    }
    if (!item.parts().isEmpty()) {
      ResponsePart last = item.parts().getLast();
      if (last.kind() == partKind) return last;
      endPart(item, out);
    }
    ObjectNode event = item.place().put("content_index", item.parts().size());
    ResponsePart part = item.begin(partKind);
    event.set("part", part.empty());
    emit(out, "response.content_part.added", event);
    return part;
  }

  private ResponseItem add(ResponseItem.Kind kind, String callId, String name, ByteSink out) {
    ResponseItem item = new ResponseItem(kind, id, items.size(), callId, name);
    items.add(item);
    itemEvent("response.output_item.added", item, "in_progress", out);
    return item;
  }

  private void close(ByteSink out) {
    ResponseItem item = open;
    if (item == null) return;
    open = null;
    endPart(item, out);
    itemEvent("response.output_item.done", item, status(item), out);
  }

  private void endPart(ResponseItem item, ByteSink out) {
    if (!stream) return;
    ResponsePart part = item.parts().getLast();
    int index = item.parts().size() - 1;
    ObjectNode text = item.place().put("content_index", index);
    part.addTo(text);
    emit(out, "response." + part.kind().type() + ".done", text);
    ObjectNode done = item.place().put("content_index", index);
    done.set("part", part.json());
    emit(out, "response.content_part.done", done);
  }

  private void closeCalls(ByteSink out) {
    for (ResponseItem item : items) {
      if (item.kind() != ResponseItem.Kind.CALL) continue;
      ObjectNode event = item.place().put("arguments", item.arguments().toString());
      emit(out, "response.function_call_arguments.done", event);
      itemEvent("response.output_item.done", item, status(item), out);
    }
    calls.clear();
  }

  private String status(ResponseItem item) {
    return ResponseBody.itemStatus(item, items.size(), end);
  }

  private void itemEvent(String type, ResponseItem item, String status, ByteSink out) {
    if (!stream) return;
    ObjectNode event = Json.object().put("output_index", item.index());
    event.set("item", item.json(status));
    emit(out, type, event);
  }

  private void emit(ByteSink out, String type, ObjectNode fields) {
    if (!stream) return;
    ObjectNode event = Json.object().put("type", type).put("sequence_number", sequence++);
    event.setAll(fields);
    ChunkTemplate.event(out, type, Json.write(event));
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    if (!stream) {
      out.put(ApiError.of(failure).body());
      return;
    }
    ApiError error = ApiError.of(failure);
    ObjectNode event = Json.object().put("code", error.code()).put("message", error.message());
    emit(out, "error", event.put("param", error.param()));
    if (!begun) return;
    ObjectNode failed = Json.object();
    failed.set("response", body.failed(items, failure));
    emit(out, "response.failed", failed);
  }
}
