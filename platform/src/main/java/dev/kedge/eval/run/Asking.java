package dev.kedge.eval.run;

import dev.kedge.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How cases are asked: everything but case and model that an answer depends on.
 *
 * @param system system message; empty for none
 * @param maxTokens of an answer
 * @param temperature 0 draws the most probable token
 * @param mode whether an answer is written or chosen
 * @param attempt 1, or more to ask everything once more, as for a noise floor
 */
public record Asking(String system, int maxTokens, double temperature, Mode mode, int attempt) {
  /** What is asked of a target. */
  public enum Mode {
    /** An answer to a chat message. */
    CHAT,
    /** The continuation of a text, for models that know no chat. */
    PLAIN,
    /** Which of given continuations of a text is the most probable. */
    LIKELIHOOD
  }

  /** The same with texts to be continued in place of chat messages. */
  public Asking plain() {
    return mode == Mode.CHAT
        ? new Asking(system, maxTokens, temperature, Mode.PLAIN, attempt)
        : this;
  }

  /** The text that is continued: instruction, input, and a line end. */
  String text(String input) {
    return (system.isEmpty() ? "" : system + "\n\n") + input + "\n";
  }

  /** For people and for the digest. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("system", system);
    settings.put("max_tokens", Integer.toString(maxTokens));
    settings.put("temperature", Double.toString(temperature));
    settings.put("mode", mode.name().toLowerCase(java.util.Locale.ROOT));
    settings.put("attempt", Integer.toString(attempt));
    return settings;
  }

  /** SHA-256 of all settings. */
  public String digest() {
    StringBuilder text = new StringBuilder();
    settings()
        .forEach((key, value) ->
            text.append(key)
                .append('=')
                .append(value.length())
                .append(':')
                .append(value)
                .append('\n'));
    return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
