package dev.kedge.engine.chat;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The data that golden cases are rendered with; chat_contexts.py holds the same. */
record ChatContexts(List<ChatMessage> messages, TemplateInputs inputs) {
  static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 5, 14, 7, 9);

  static ChatContexts named(String name) {
    return switch (name) {
      case "values" ->
          new ChatContexts(
              List.of(user(" Hi <|im_start|> "), assistant("Yo\n")),
              inputs(true)
                  .withVariables(
                      map(
                          "user",
                          "Ann",
                          "count",
                          3L,
                          "deep",
                          map("a", map("b", List.of(1L, 2L))))));
      case "one" -> new ChatContexts(List.of(user("Hello, you!")), inputs(true));
      case "system" ->
          new ChatContexts(
              List.of(
                  new ChatMessage("system", "Be brief.\n"),
                  user("  Why?  "),
                  assistant("Because."),
                  user("Über 𝄞?")),
              inputs(true));
      case "closed" ->
          new ChatContexts(
              List.of(user("a"), assistant("<think>\nhm\n</think>\n\nb")), inputs(false));
      case "tools" ->
          new ChatContexts(
              List.of(new ChatMessage("system", "Use tools."), user("Weather?")),
              inputs(true).withTools(List.of(weather())));
      case "calls" ->
          new ChatContexts(
              List.of(
                  user("Weather in Köln?"),
                  new ChatMessage("assistant", "", map("tool_calls", List.of(call()))),
                  new ChatMessage("tool", "{\"sky\": \"clear\"}", map("tool_call_id", "call12345")),
                  assistant("Clear."),
                  user("Thanks")),
              inputs(true).withTools(List.of(weather())));
      case "wrong" ->
          new ChatContexts(List.of(assistant("I begin."), assistant("And go on.")), inputs(true));
      default -> throw new IllegalArgumentException(name);
    };
  }

  String render(String template) {
    return ChatTemplate.parse(template).renderText(messages, inputs);
  }

  static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }

  static TemplateInputs inputs(boolean prompt) {
    return new TemplateInputs("<s>", "</s>", prompt).withNow(NOW);
  }

  private static Map<String, Object> call() {
    return map(
        "type",
        "function",
        "id",
        "call12345",
        "function",
        map("name", "weather", "arguments", map("city", "Köln", "days", 2L)));
  }

  private static Map<String, Object> weather() {
    Map<String, Object> parameters =
        map(
            "type",
            "object",
            "properties",
            map("city", map("type", "string"), "days", map("type", "integer", "maximum", 7L)),
            "required",
            List.of("city"),
            "scale",
            0.5,
            "strict",
            true);
    parameters.put("none", null);
    parameters.put("empty", map());
    return map(
        "type",
        "function",
        "function",
        map(
            "name",
            "weather",
            "description",
            "Says the weather \"now\" in a city, <b>&amp;</b> é",
            "parameters",
            parameters));
  }

  private static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
