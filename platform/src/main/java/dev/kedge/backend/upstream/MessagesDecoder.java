package dev.kedge.backend.upstream;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import tools.jackson.databind.JsonNode;

/** Reads answers of Anthropic's messages into neutral parts. */
final class MessagesDecoder implements AnswerReader {
  private final long inputEstimate;
  private final UsageTally usage = new UsageTally(Api.MESSAGES);
  private boolean finished;
  private boolean ended;
  private int calls;
  private boolean inCall;
  private boolean argued;
  private long characters;

  MessagesDecoder(long inputEstimate) {
    this.inputEstimate = inputEstimate;
  }

  @Override
  public void event(EventReader event, Queue<AnswerPart> parts) {
    if (!event.findData()) return;
    byte[] bytes = Arrays.copyOfRange(event.data(), event.dataFrom(), event.dataTo());
    JsonNode data = ChatDecoder.parse(bytes);
    switch (data.path("type").stringValue("")) {
      case "message_start" -> usage(data.path("message"));
      case "content_block_start" -> blockStart(data.path("content_block"), parts);
      case "content_block_delta" -> delta(data.path("delta"), parts);
      case "content_block_stop" -> blockStop(parts);
      case "message_delta" -> {
        usage(data);
        finish(data.path("delta"), parts);
      }
      case "message_stop" -> {
        if (!finished) throw Refusals.malformed("the stream has an answer without an end");
        ended = true;
      }
      case "error" -> throw Refusals.told(bytes, 0, bytes.length);
      default -> {
        /* A ping, or an event of later versions, which clients are to pass over. */
      }
    }
  }

  private void usage(JsonNode holder) {
    if (holder.path("usage").isObject()) usage.add(holder.path("usage"));
  }

  private void blockStart(JsonNode block, Queue<AnswerPart> parts) {
    inCall = false;
    switch (block.path("type").stringValue("")) {
      case "text" -> text(block.path("text").stringValue(""), parts);
      case "thinking" -> thoughts(block.path("thinking").stringValue(""), "", parts);
      case "tool_use" -> {
        inCall = true;
        argued = false;
        parts.add(
            new AnswerPart.ToolCall(
                0, calls++, block.path("id").stringValue(""), block.path("name").stringValue("")));
        JsonNode input = block.path("input");
        if (input.isObject() && !input.isEmpty()) arguments(input.toString(), parts);
      }
      case "redacted_thinking" -> {
        /* Only the server that wrote it can read it, and callers of other APIs cannot return it. */
      }
      default -> throw Refusals.malformed("it answered with a block that nobody asked for");
    }
  }

  private void delta(JsonNode delta, Queue<AnswerPart> parts) {
    switch (delta.path("type").stringValue("")) {
      case "text_delta" -> text(delta.path("text").stringValue(""), parts);
      case "thinking_delta" -> thoughts(delta.path("thinking").stringValue(""), "", parts);
      case "signature_delta" -> thoughts("", delta.path("signature").stringValue(""), parts);
      case "input_json_delta" -> {
        if (!inCall) throw Refusals.malformed("it sent arguments of no call");
        arguments(delta.path("partial_json").stringValue(""), parts);
      }
      default -> {
        /* Citations and the like, which say where words come from and are none themselves. */
      }
    }
  }

  private void blockStop(Queue<AnswerPart> parts) {
    if (inCall && !argued) arguments("{}", parts);
    inCall = false;
  }

  private void text(String text, Queue<AnswerPart> parts) {
    characters += text.length();
    if (!text.isEmpty()) parts.add(new AnswerPart.Text(0, text, Optional.empty()));
  }

  private void thoughts(String text, String signature, Queue<AnswerPart> parts) {
    characters += text.length();
    if (!text.isEmpty() || !signature.isEmpty())
      parts.add(new AnswerPart.Reasoning(0, text, signature));
  }

  private void arguments(String json, Queue<AnswerPart> parts) {
    characters += json.length();
    if (json.isEmpty()) return;
    argued = true;
    parts.add(new AnswerPart.ToolArguments(0, calls - 1, json));
  }

  private void finish(JsonNode told, Queue<AnswerPart> parts) {
    String reason = told.path("stop_reason").stringValue("");
    if (reason.isEmpty() || finished) return;
    AnswerEnd end =
        switch (reason) {
          case "end_turn", "stop_sequence" -> AnswerEnd.STOP;
          case "max_tokens", "model_context_window_exceeded" -> AnswerEnd.LENGTH;
          case "tool_use" -> AnswerEnd.TOOL_CALLS;
          case "refusal" -> AnswerEnd.CONTENT_FILTER;
          default -> throw Refusals.malformed("it ended the answer for an unknown reason");
        };
    finished = true;
    JsonNode stop = told.path("stop_sequence");
    parts.add(
        new AnswerPart.Finish(
            0, end, stop.isString() ? Optional.of(stop.stringValue()) : Optional.empty()));
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void body(byte[] body, Queue<AnswerPart> parts) {
    JsonNode message = ChatDecoder.parse(body);
    if (message.path("type").stringValue("").equals("error") || message.path("error").isObject())
      throw Refusals.told(body, 0, body.length);
    usage(message);
    for (JsonNode block : message.path("content")) {
      blockStart(block, parts);
      if (block.path("signature").isString())
        thoughts("", block.path("signature").stringValue(), parts);
      blockStop(parts);
    }
    finish(message, parts);
    if (!finished) throw Refusals.malformed("the answer has no stop_reason");
  }

  @Override
  public AnswerPart.End end() {
    return new AnswerPart.End(usage.counts(inputEstimate, Estimate.tokens(characters)));
  }
}
