package dev.kedge.wire.openai;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.Source;
import dev.kedge.wire.Fields;
import dev.kedge.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies of {@code POST /v1/responses}, without state. */
public final class ResponseReader {
  private static final String STATELESS = "this server keeps no state; ";

  private ResponseReader() {}

  /**
   * The call; what the records cannot hold is kept in its source, where {@code store} is false.
   *
   * @throws KedgeException Invalid, naming the field
   */
  public static ChatRequest read(byte[] bytes) {
    ObjectNode body = Json.object(bytes);
    Fields fields = Fields.of(body, "");
    String model = fields.requiredText("model");
    refuseState(fields);
    body.put("store", false);
    ToolFields tools = ToolFields.response(fields);
    boolean stream = fields.flag("stream", false);
    return new ChatRequest(
        model,
        messages(fields),
        tools.tools(),
        tools.choice(),
        fields.flag("parallel_tool_calls", true),
        FormatFields.response(fields),
        SettingsReader.response(fields),
        stream,
        true,
        new Source(Api.RESPONSES, body));
  }

  private static void refuseState(Fields fields) {
    for (String name : List.of("previous_response_id", "conversation")) {
      if (fields.has(name)) {
        throw Fields.unsupported(name, STATELESS + "send the whole conversation in 'input'");
      }
    }
    if (fields.flag("background", false)) {
      throw Fields.unsupported("background", STATELESS + "wait for the answer or stream it");
    }
    if (fields.flag("store", false)) {
      throw Fields.unsupported("store", STATELESS + "leave it out or send false");
    }
  }

  private static List<Message> messages(Fields fields) {
    List<Message> messages = new ArrayList<>();
    fields
        .text("instructions")
        .ifPresent(text -> messages.add(message(Role.SYSTEM, new Part.Text(text))));
    JsonNode input = fields.required("input");
    if (input.isString()) {
      messages.add(message(Role.USER, new Part.Text(input.stringValue())));
      return messages;
    }
    if (!input.isArray()) throw Fields.wrongType("input", "a string or an array of items", input);
    if (input.isEmpty()) throw Fields.outOfRange("input", "not empty");
    ResponseItems items = new ResponseItems(messages);
    fields.objects("input", ResponseItems.MAX_ITEMS).forEach(items::add);
    return items.messages();
  }

  private static Message message(Role role, Part part) {
    return new Message(role, List.of(part), Optional.empty());
  }
}
