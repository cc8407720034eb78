package dev.kedge.engine.chat;

import dev.kedge.engine.chat.jinja.Limits;
import dev.kedge.engine.chat.jinja.RaisedException;
import dev.kedge.engine.chat.jinja.Template;
import dev.kedge.engine.chat.jinja.Text;
import dev.kedge.engine.token.ChatPiece;
import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template: makes the text of a prompt from a conversation. Immutable and
 * thread-safe.
 *
 * <p>What the template writes is trusted; what comes from messages, tools and variables is not,
 * whatever the template does to it, so nobody can write a control token into a message. The known
 * roles are trusted, since templates build control tokens from them; any other role is not.
 */
public final class ChatTemplate {
  private static final Set<String> KNOWN_ROLES =
      Set.of("system", "user", "assistant", "tool", "developer", "function", "ipython", "model");

  private final Template template;

  private final String source;

  private ChatTemplate(Template template, String source) {
    this.template = template;
    this.source = source;
  }

  /**
   * Parses a template.
   *
   * @throws FormatException if it breaks the grammar, is longer than 256 Ki characters or nests too
   *     deep; names line and column
   */
  public static ChatTemplate parse(String source) {
    return new ChatTemplate(Template.parse(source, Limits.DEFAULT), source);
  }

  /** The text that it was parsed from. */
  public String source() {
    return source;
  }

  /**
   * Renders a conversation, in runs of equal trust.
   *
   * @throws FormatException if the template fails on it or takes too many steps, too much text or
   *     nests too deep; names line and column
   * @throws ChatTemplateException if the template refuses the conversation
   */
  public List<ChatPiece> render(List<ChatMessage> messages, TemplateInputs inputs) {
    return text(messages, inputs).pieces();
  }

  /** Renders a conversation to plain text; throws as {@link #render}. */
  public String renderText(List<ChatMessage> messages, TemplateInputs inputs) {
    return text(messages, inputs).chars();
  }

  private Text text(List<ChatMessage> messages, TemplateInputs inputs) {
    Map<String, @Nullable Object> trusted = new LinkedHashMap<>();
    trusted.put("bos_token", inputs.bosToken());
    trusted.put("eos_token", inputs.eosToken());
    trusted.put("add_generation_prompt", inputs.addGenerationPrompt());
    Map<String, @Nullable Object> untrusted = new LinkedHashMap<>();
    untrusted.put("tools", inputs.tools().isEmpty() ? null : inputs.tools());
    untrusted.put("documents", null);
    untrusted.putAll(inputs.variables());
    List<Map<String, @Nullable Object>> fields = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      fields.add(fields(message));
    }
    untrusted.put("messages", fields);
    try {
      return template.render(trusted, untrusted, inputs.now());
    } catch (RaisedException raised) {
      throw new ChatTemplateException(raised.message(), raised);
    }
  }

  private static Map<String, @Nullable Object> fields(ChatMessage message) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    String role = message.role();
    fields.put("role", KNOWN_ROLES.contains(role) ? Template.trustedText(role) : role);
    fields.put("content", message.content());
    message
        .extra()
        .forEach((name, value) -> {
          if (!name.equals("role")) {
            fields.put(name, value);
          }
        });
    return fields;
  }
}
