package dev.kedge.backend.upstream;

import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.TokenScore;
import dev.kedge.wire.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import tools.jackson.databind.JsonNode;

/** Reads answers of OpenAI's chat completions into neutral parts. */
final class ChatDecoder implements AnswerReader {
  private final int topLogprobs;
  private final long inputEstimate;
  private final UsageTally usage = new UsageTally(Api.CHAT_COMPLETIONS);
  private final List<Choice> choices = new ArrayList<>();
  private boolean ended;
  private long characters;

  /** What is known of one choice. */
  private static final class Choice {
    /* Our number of a call by the server's. */
    final Map<Integer, Integer> calls = new HashMap<>();
    boolean finished;
  }

  /**
   * @param topLogprobs -1 where none were asked for
   */
  ChatDecoder(int choices, int topLogprobs, long inputEstimate) {
    this.topLogprobs = topLogprobs;
    this.inputEstimate = inputEstimate;
    for (int i = 0; i < choices; i++) this.choices.add(new Choice());
  }

  @Override
  public void event(EventReader event, Queue<AnswerPart> parts) {
    if (!event.findData()) return;
    if (event.isDone()) {
      ended = true;
      if (choices.stream().allMatch(choice -> choice.finished)) return;
      throw Refusals.malformed("the stream has an answer without an end");
    }
    read(Arrays.copyOfRange(event.data(), event.dataFrom(), event.dataTo()), "delta", parts);
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void body(byte[] body, Queue<AnswerPart> parts) {
    read(body, "message", parts);
    if (!choices.stream().allMatch(choice -> choice.finished))
      throw Refusals.malformed("the answer lacks a choice or its finish_reason");
  }

  private void read(byte[] bytes, String field, Queue<AnswerPart> parts) {
    JsonNode chunk = parse(bytes);
    if (chunk.path("error").isObject() || chunk.path("error").isString())
      throw Refusals.told(bytes, 0, bytes.length);
    if (chunk.path("usage").isObject()) usage.add(chunk.path("usage"));
    for (JsonNode choice : chunk.path("choices")) {
      int index = choice.path("index").intValue(0);
      if (index < 0 || index >= choices.size())
        throw Refusals.malformed("it sent a choice that nobody asked for");
      read(index, choice, choice.path(field), parts);
    }
  }

  static JsonNode parse(byte[] bytes) {
    try {
      JsonNode node = Json.parse(bytes);
      if (node.isObject()) return node;
    } catch (KedgeException _) {
      /* Told below: it is not the caller's JSON that is wrong. */
    }
    throw Refusals.malformed("what it sent is not a JSON object");
  }

  private void read(int index, JsonNode choice, JsonNode delta, Queue<AnswerPart> parts) {
    String thoughts = delta.path("reasoning_content").stringValue("");
    if (thoughts.isEmpty()) thoughts = delta.path("reasoning").stringValue("");
    if (!thoughts.isEmpty()) parts.add(new AnswerPart.Reasoning(index, thoughts, ""));
    String text = delta.path("content").stringValue("");
    JsonNode scores = choice.path("logprobs").path("content");
    if (topLogprobs >= 0 && scores.isArray() && !scores.isEmpty())
      scored(index, text, scores, parts);
    else if (!text.isEmpty()) parts.add(new AnswerPart.Text(index, text, Optional.empty()));
    String refusal = delta.path("refusal").stringValue("");
    if (!refusal.isEmpty()) parts.add(new AnswerPart.Refusal(index, refusal));
    characters += thoughts.length() + text.length() + refusal.length();
    int position = 0;
    for (JsonNode call : delta.path("tool_calls")) {
      call(index, call.path("index").intValue(position++), call, parts);
    }
    String reason = choice.path("finish_reason").stringValue("");
    if (!reason.isEmpty() && !choices.get(index).finished) finish(index, reason, choice, parts);
  }

  private void call(int index, int number, JsonNode call, Queue<AnswerPart> parts) {
    Map<Integer, Integer> calls = choices.get(index).calls;
    JsonNode function = call.path("function");
    Integer known = calls.get(number);
    if (known == null) {
      String name = function.path("name").stringValue("");
      if (name.isEmpty()) throw Refusals.malformed("it calls a tool without a name");
      known = calls.size();
      calls.put(number, known);
      String id = call.path("id").stringValue("");
      parts.add(
          new AnswerPart.ToolCall(
              index, known, id.isEmpty() ? "call_" + index + "_" + known : id, name));
    }
    String json = function.path("arguments").stringValue("");
    characters += json.length();
    if (!json.isEmpty()) parts.add(new AnswerPart.ToolArguments(index, known, json));
  }

  private void finish(int index, String reason, JsonNode choice, Queue<AnswerPart> parts) {
    AnswerEnd end =
        switch (reason) {
          case "stop", "eos" -> AnswerEnd.STOP;
          case "length" -> AnswerEnd.LENGTH;
          case "tool_calls", "function_call" -> AnswerEnd.TOOL_CALLS;
          case "content_filter" -> AnswerEnd.CONTENT_FILTER;
          default -> throw Refusals.malformed("it ended the answer for an unknown reason");
        };
    choices.get(index).finished = true;
    /* An extension of open servers: which of the stop texts it was. */
    JsonNode stop = choice.path("stop_reason");
    boolean told = end == AnswerEnd.STOP && stop.isString();
    parts.add(
        new AnswerPart.Finish(
            index, end, told ? Optional.of(stop.stringValue()) : Optional.empty()));
  }

  /* A chunk may hold several tokens; their words are told apart where they add up to the text. */
  private static void scored(int index, String text, JsonNode scores, Queue<AnswerPart> parts) {
    List<TokenScore> tokens = new ArrayList<>();
    for (JsonNode score : scores) tokens.add(score(score, true));
    StringBuilder joined = new StringBuilder();
    for (TokenScore token : tokens) joined.append(token.text());
    boolean exact = joined.toString().equals(text);
    for (int i = 0; i < tokens.size(); i++) {
      TokenScore token = tokens.get(i);
      String words = exact ? token.text() : i == 0 ? text : "";
      parts.add(new AnswerPart.Text(index, words, Optional.of(token)));
    }
  }

  private static TokenScore score(JsonNode node, boolean outer) {
    List<TokenScore> top = new ArrayList<>();
    if (outer) for (JsonNode other : node.path("top_logprobs")) top.add(score(other, false));
    String text = node.path("token").stringValue("");
    JsonNode given = node.path("bytes");
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    if (given.isArray()) {
      bytes = new byte[given.size()];
      for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) given.get(i).intValue(0);
    }
    return new TokenScore(text, bytes, (float) node.path("logprob").doubleValue(-9999), top);
  }

  @Override
  public AnswerPart.End end() {
    return new AnswerPart.End(usage.counts(inputEstimate, Estimate.tokens(characters)));
  }
}
