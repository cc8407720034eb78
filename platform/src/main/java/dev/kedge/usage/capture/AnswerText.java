package dev.kedge.usage.capture;

import dev.kedge.call.AnswerPart;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer put together from its parts: texts, reasoning, tool calls and ends of its choices,
 * whatever API they came in.
 */
final class AnswerText {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<Integer, Choice> choices = new TreeMap<>();

  /** One choice. */
  static final class Choice {
    final StringBuilder text = new StringBuilder();
    final StringBuilder reasoning = new StringBuilder();
    final StringBuilder refusal = new StringBuilder();
    final Map<Integer, Call> calls = new TreeMap<>();
    String finish = "";

    Call call(int index) {
      return calls.computeIfAbsent(index, _ -> new Call());
    }
  }

  /** One call of a tool. */
  static final class Call {
    String name = "";
    final StringBuilder arguments = new StringBuilder();
  }

  Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  /** The answer of these parts. */
  static AnswerText of(List<AnswerPart> parts) {
    AnswerText answer = new AnswerText();
    AnswerEvents events = new AnswerEvents(answer);
    for (AnswerPart part : parts) answer.add(part, events);
    return answer;
  }

  private void add(AnswerPart part, AnswerEvents events) {
    switch (part) {
      case AnswerPart.Text text -> choice(text.choice()).text.append(text.text());
      case AnswerPart.Reasoning words -> choice(words.choice()).reasoning.append(words.text());
      case AnswerPart.Refusal words -> choice(words.choice()).refusal.append(words.text());
      case AnswerPart.ToolCall call -> choice(call.choice()).call(call.call()).name = call.name();
      case AnswerPart.ToolArguments arguments ->
          choice(arguments.choice()).call(arguments.call()).arguments.append(arguments.json());
      case AnswerPart.Finish finish ->
          choice(finish.choice()).finish = finish.reason().name().toLowerCase(Locale.ROOT);
      case AnswerPart.Frame frame -> events.frame(frame.bytes());
      case AnswerPart.Body body -> events.body(body.bytes());
      case AnswerPart.Vector _, AnswerPart.End _ -> {}
    }
  }

  /**
   * The first choice as JSON, further ones under {@code others}.
   *
   * @param redaction applied to every text
   */
  ObjectNode json(UnaryOperator<String> redaction) {
    ObjectNode first = JSON.createObjectNode();
    ArrayNode others = JSON.createArrayNode();
    boolean begun = false;
    for (Choice choice : choices.values()) {
      fill(begun ? others.addObject() : first, choice, redaction);
      begun = true;
    }
    if (!begun) first.put("text", "");
    if (!others.isEmpty()) first.set("others", others);
    return first;
  }

  private static void fill(ObjectNode node, Choice choice, UnaryOperator<String> redaction) {
    node.put("text", redaction.apply(choice.text.toString()));
    if (!choice.reasoning.isEmpty()) {
      node.put("reasoning", redaction.apply(choice.reasoning.toString()));
    }
    if (!choice.refusal.isEmpty()) {
      node.put("refusal", redaction.apply(choice.refusal.toString()));
    }
    if (!choice.calls.isEmpty()) {
      ArrayNode calls = node.putArray("tool_calls");
      for (Call call : choice.calls.values()) {
        calls
            .addObject()
            .put("name", redaction.apply(call.name))
            .put("arguments", redaction.apply(call.arguments.toString()));
      }
    }
    if (!choice.finish.isEmpty()) node.put("finish", redaction.apply(choice.finish));
  }
}
