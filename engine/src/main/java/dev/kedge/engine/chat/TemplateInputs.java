package dev.kedge.engine.chat;

import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a chat template gets beside the messages.
 *
 * @param bosToken spelling of the beginning-of-text token, empty if there is none
 * @param eosToken spelling of the end-of-text token, empty if there is none
 * @param addGenerationPrompt whether the text ends with the opening of the assistant's answer
 * @param tools descriptions of tools in the API's form, empty for none; the order of keys shows
 * @param variables further variables by name, such as {@code enable_thinking}; they count as the
 *     caller's words. Values as in {@link ChatMessage#extra}
 * @param now what {@code strftime_now} formats; empty leaves that function undefined
 */
public record TemplateInputs(
    String bosToken,
    String eosToken,
    boolean addGenerationPrompt,
    List<Map<String, Object>> tools,
    Map<String, Object> variables,
    Optional<LocalDateTime> now) {
  public TemplateInputs {
    Objects.requireNonNull(bosToken);
    Objects.requireNonNull(eosToken);
    Objects.requireNonNull(now);
    tools = List.copyOf(tools);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  public TemplateInputs(String bosToken, String eosToken, boolean addGenerationPrompt) {
    this(bosToken, eosToken, addGenerationPrompt, List.of(), Map.of(), Optional.empty());
  }

  public TemplateInputs withTools(List<Map<String, Object>> other) {
    return new TemplateInputs(bosToken, eosToken, addGenerationPrompt, other, variables, now);
  }

  public TemplateInputs withVariables(Map<String, Object> other) {
    return new TemplateInputs(bosToken, eosToken, addGenerationPrompt, tools, other, now);
  }

  public TemplateInputs withNow(LocalDateTime other) {
    return new TemplateInputs(
        bosToken, eosToken, addGenerationPrompt, tools, variables, Optional.of(other));
  }
}
