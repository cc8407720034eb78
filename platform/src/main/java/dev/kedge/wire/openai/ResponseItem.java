package dev.kedge.wire.openai;

import dev.kedge.wire.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An item of a response's output as it grows. */
final class ResponseItem {
  /** What it is. */
  enum Kind {
    MESSAGE("message", "msg_"),
    REASONING("reasoning", "rs_"),
    CALL("function_call", "fc_");

    private final String type;
    private final String prefix;

    Kind(String type, String prefix) {
      this.type = type;
      this.prefix = prefix;
    }
  }

  private final Kind kind;
  private final String id;
  private final int index;
  private final String callId;
  private final String name;
  private final List<ResponsePart> parts = new ArrayList<>();
  private final StringBuilder arguments = new StringBuilder();

  /**
   * @param response the id of the response, from which the item's is made
   * @param index of the item in the output
   * @param callId of a call, otherwise empty
   * @param name of the function of a call, otherwise empty
   */
  ResponseItem(Kind kind, String response, int index, String callId, String name) {
    this.kind = kind;
    this.id = kind.prefix + response.substring(response.indexOf('_') + 1) + "_" + index;
    this.index = index;
    this.callId = callId;
    this.name = name;
  }

  Kind kind() {
    return kind;
  }

  List<ResponsePart> parts() {
    return parts;
  }

  StringBuilder arguments() {
    return arguments;
  }

  /** Where events belong: the item's id and index. */
  ObjectNode place() {
    return Json.object().put("item_id", id).put("output_index", index);
  }

  int index() {
    return index;
  }

  /** Begins a part; the last one is the one that grows. */
  ResponsePart begin(ResponsePart.Kind part) {
    ResponsePart begun = new ResponsePart(part, place().put("content_index", parts.size()));
    parts.add(begun);
    return begun;
  }

  ObjectNode json(String status) {
    ObjectNode item = Json.object().put("id", id).put("type", kind.type).put("status", status);
    switch (kind) {
      case MESSAGE -> {
        item.put("role", "assistant");
        content(item);
      }
      case REASONING -> {
        item.putArray("summary");
        content(item);
      }
      case CALL ->
          item.put("call_id", callId).put("name", name).put("arguments", arguments.toString());
    }
    return item;
  }

  private void content(ObjectNode item) {
    ArrayNode content = item.putArray("content");
    for (ResponsePart part : parts) content.add(part.json());
  }
}
