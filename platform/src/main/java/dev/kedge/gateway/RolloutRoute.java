package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.TextInput;
import dev.kedge.config.RolloutSection;
import dev.kedge.rollout.Rollout;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A rollout with what the gateway needs to send calls to its candidate.
 *
 * @param candidate its target
 * @param shadows where copies go, and where answers are judged
 */
record RolloutRoute(Rollout rollout, RolloutSection section, Target candidate, Shadows shadows) {
  private static final int LOOKED_AT = 4_096;

  /** Whether a call may reach the candidate at all, as a copy or itself. */
  boolean mayTake(Bookkeeping.About about, Map<String, String> tags) {
    Principal principal = about.principal();
    if (!principal.mayCall(candidate.model())) return false;
    if (!isOf(principal.tenant().name())) return false;
    for (String tag : section.exceptTags()) {
      int equals = tag.indexOf('=');
      String name = equals < 0 ? tag : tag.substring(0, equals);
      String value = tags.get(name);
      if (value != null && (equals < 0 || value.equals(tag.substring(equals + 1)))) return false;
    }
    return true;
  }

  private boolean isOf(String tenant) {
    if (section.tenants().isEmpty()) return true;
    for (String known : section.tenants()) {
      boolean start = known.endsWith("*");
      String bare = start ? known.substring(0, known.length() - 1) : known;
      if (start ? tenant.startsWith(bare) : tenant.equals(bare)) return true;
    }
    return false;
  }

  /** The point of a call, which says on which side it is. */
  double point(Bookkeeping.About about) {
    StringBuilder text = new StringBuilder(about.principal().tenant().name());
    text.append('/').append(about.principal().keyId()).append('/');
    switch (section.sticky()) {
      case KEY -> {
        // The key is all.
      }
      case USER -> {
        String user = user(about.request().source().body());
        if (user.isEmpty()) conversation(about, text);
        else text.append("user/").append(user);
      }
      case CONVERSATION -> conversation(about, text);
    }
    return rollout.point(text);
  }

  private static String user(JsonNode body) {
    String user = body.path("user").asString("");
    if (!user.isEmpty()) return user;
    user = body.path("safety_identifier").asString("");
    return user.isEmpty() ? body.path("metadata").path("user_id").asString("") : user;
  }

  /* What stays the same while a conversation grows: all up to its first message of a user. */
  private static void conversation(Bookkeeping.About about, StringBuilder text) {
    switch (about.request()) {
      case ChatRequest chat -> {
        for (ChatRequest.Message message : chat.messages()) {
          append(text.append(message.role().name()), message.text());
          if (message.role() == Role.USER) return;
        }
      }
      case CompletionRequest completion -> {
        if (completion.prompts().getFirst() instanceof TextInput.Text prompt) {
          append(text, prompt.text());
        }
      }
      case EmbeddingRequest embedding -> {
        if (embedding.inputs().getFirst() instanceof TextInput.Text first) {
          append(text, first.text());
        }
      }
    }
  }

  private static void append(StringBuilder to, String text) {
    to.append(text, 0, Math.min(text.length(), LOOKED_AT)).append('/');
  }
}
