package dev.kedge.engine.chat;

import dev.kedge.engine.weights.FormatException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a family of models writes the calls of tools. */
public enum ToolFormat {
  /** Hermes and Qwen 2.5: each call an object between tags, anywhere in the answer. */
  HERMES("<tool_call>", "\n", "\n", "</tool_call>", "arguments", true),
  /** Mistral: a marker, then an array of calls. */
  MISTRAL("[TOOL_CALLS]", " [", "]", "", "arguments", true),
  /** Llama 3.1: the whole answer is one call, possibly behind a marker. */
  LLAMA("<|python_tag|>", "", "", "", "parameters", false);

  private static final String PROBE = "probe_of_calls";

  private final String opening;
  private final String afterOpening;
  private final String beforeClosing;
  private final String closing;
  private final String argumentsKey;
  private final boolean several;

  ToolFormat(
      String opening,
      String afterOpening,
      String beforeClosing,
      String closing,
      String argumentsKey,
      boolean several) {
    this.opening = opening;
    this.afterOpening = afterOpening;
    this.beforeClosing = beforeClosing;
    this.closing = closing;
    this.argumentsKey = argumentsKey;
    this.several = several;
  }

  /**
   * The format that a template shows its model. A conversation with a call is rendered, and what
   * stands there decides: {@code <tool_call>}, {@code [TOOL_CALLS]}, or the object {@code {"name":
   * …, "parameters": …}}. Where the template refuses that conversation, its source is looked
   * through for these. Empty if there is nothing of the kind: the model was not made for tools.
   */
  public static Optional<ToolFormat> of(ChatTemplate template) {
    Optional<ToolFormat> shown = Optional.empty();
    try {
      shown = in(template.renderText(probe(), probeInputs()));
    } catch (FormatException | ChatTemplateException e) {
      // The source tells.
    }
    return shown.isPresent() ? shown : in(template.source());
  }

  private static Optional<ToolFormat> in(String text) {
    if (text.contains(HERMES.opening)) return Optional.of(HERMES);
    if (text.contains(MISTRAL.opening)) return Optional.of(MISTRAL);
    boolean llama =
        text.contains(LLAMA.opening)
            || text.contains("{\"name\": \"" + PROBE + "\", \"parameters\": ");
    return llama ? Optional.of(LLAMA) : Optional.empty();
  }

  private static List<ChatMessage> probe() {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", PROBE);
    function.put("arguments", Map.of("a", 1L));
    Map<String, Object> call = new LinkedHashMap<>();
    call.put("id", "probe1234");
    call.put("type", "function");
    call.put("function", function);
    return List.of(
        new ChatMessage("user", "a"),
        new ChatMessage("assistant", "", Map.of("tool_calls", List.of(call))),
        new ChatMessage("tool", "b", Map.of("tool_call_id", "probe1234", "name", PROBE)));
  }

  private static TemplateInputs probeInputs() {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", PROBE);
    function.put("description", "a");
    function.put("parameters", Map.of("type", "object", "properties", Map.of()));
    Map<String, Object> tool = new LinkedHashMap<>();
    tool.put("type", "function");
    tool.put("function", function);
    return new TemplateInputs("", "", true).withTools(List.of(tool));
  }

  /** What stands before a call, or before all of them. */
  public String opening() {
    return opening;
  }

  /** What stands behind a call; empty where nothing does. */
  public String closing() {
    return closing;
  }

  /** What the format writes between {@link #opening} and the first object. */
  public String afterOpening() {
    return afterOpening;
  }

  /** What the format writes between the last object and {@link #closing}. */
  public String beforeClosing() {
    return beforeClosing;
  }

  /** The key of a call's arguments. */
  public String argumentsKey() {
    return argumentsKey;
  }

  /** Whether an answer can hold several calls. */
  public boolean several() {
    return several;
  }
}
