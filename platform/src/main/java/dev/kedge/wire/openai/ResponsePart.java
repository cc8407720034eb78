package dev.kedge.wire.openai;

import dev.kedge.call.TokenScore;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A part of the content of a response's item: text that grows. */
final class ResponsePart {
  /** What the text is, and its names in parts and events. */
  enum Kind {
    OUTPUT_TEXT("text"),
    REFUSAL("refusal"),
    REASONING_TEXT("text");

    private final String field;

    Kind(String field) {
      this.field = field;
    }

    String type() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final byte[] END = utf8("\"}\n\n");
  private static final byte[] END_OF_TEXT = utf8("\",\"logprobs\":[]}\n\n");
  private static final byte[] LOGPROBS = utf8("\",\"logprobs\":");

  private final Kind kind;
  private final StringBuilder text = new StringBuilder();
  private final List<ChatLogprobs.Entry> logprobs = new ArrayList<>();
  private final byte[] beforeNumber;
  private final byte[] beforeText;

  /**
   * @param place the item's id and the indexes of item and part as JSON fields
   */
  ResponsePart(Kind kind, ObjectNode place) {
    this.kind = kind;
    String type = "response." + kind.type() + ".delta";
    this.beforeNumber =
        utf8("event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":");
    String fields = place.toString();
    this.beforeText = utf8("," + fields.substring(1, fields.length() - 1) + ",\"delta\":\"");
  }

  Kind kind() {
    return kind;
  }

  void add(String more) {
    text.append(more);
  }

  void add(TokenScore score) {
    logprobs.add(ChatLogprobs.Entry.of(score));
  }

  /** The event of a piece of text without a score. */
  void delta(ByteSink out, long number, String piece) {
    out.put(beforeNumber).putNumber(number).put(beforeText).putJsonText(piece);
    out.put(kind == Kind.OUTPUT_TEXT ? END_OF_TEXT : END);
  }

  /** The event of a piece of text with its score. */
  void delta(ByteSink out, long number, String piece, TokenScore score) {
    out.put(beforeNumber).putNumber(number).put(beforeText).putJsonText(piece).put(LOGPROBS);
    out.put(Json.write(List.of(ChatLogprobs.Entry.of(score)))).put(utf8("}\n\n"));
  }

  /** The part without its text, as it is announced. */
  ObjectNode empty() {
    return json("", Json.tree(List.of()));
  }

  ObjectNode json() {
    return json(text.toString(), logprobs());
  }

  private ObjectNode json(String value, JsonNode scores) {
    ObjectNode part = Json.object().put("type", kind.type()).put(kind.field, value);
    if (kind == Kind.OUTPUT_TEXT) {
      part.putArray("annotations");
      part.set("logprobs", scores);
    }
    return part;
  }

  /** Adds the whole text as the event of its end has it. */
  void addTo(ObjectNode event) {
    event.put(kind.field, text.toString());
    if (kind == Kind.OUTPUT_TEXT) event.set("logprobs", logprobs());
  }

  private JsonNode logprobs() {
    return Json.tree(logprobs);
  }

  private static byte[] utf8(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
