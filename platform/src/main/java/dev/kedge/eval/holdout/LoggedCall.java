package dev.kedge.eval.holdout;

import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An example from a line of a log. Understood are Kedge's captured exchanges, OpenAI's bodies of
 * chat completions, completions and responses, alone or under {@code request}, {@code body} or
 * {@code kwargs} with the answer under {@code response}, batch files, training files of {@code
 * messages}, and LiteLLM's logs, in which bodies may be texts of JSON.
 *
 * <p>The input is what the user wrote: the one user message; of a longer conversation all messages
 * but system ones, each with its role, and the tag {@code conversation}. The answer becomes the
 * suggestion, never the label.
 */
final class LoggedCall {
  private static final List<String> REQUESTS =
      List.of("request", "body", "kwargs", "proxy_server_request");
  private static final List<String> TIMES =
      List.of("time", "startTime", "start_time", "timestamp", "created_at", "created");
  private static final List<String> IDS =
      List.of("id", "request_id", "custom_id", "litellm_call_id");
  private static final List<String> GROUPS =
      List.of("conversation_id", "session_id", "thread_id", "litellm_session_id", "trace_id");

  private LoggedCall() {}

  /** The example of a line; empty where it is no such call. */
  static Optional<Entry> entry(JsonNode line, String place, String sourceOf) {
    JsonNode request = request(line);
    List<String> tags = new ArrayList<>(tags(line, request));
    List<Said> said = said(request);
    Optional<JsonNode> suggestion = answer(line);
    // A last word of the assistant is the answer to what stands before it.
    while (!said.isEmpty() && said.getLast().role.equals("assistant")) {
      if (suggestion.isEmpty()) suggestion = text(said.getLast().text);
      said.removeLast();
    }
    if (said.isEmpty()) return Optional.empty();
    if (said.size() > 1) tags.add("conversation");
    String input =
        said.size() == 1
            ? said.getFirst().text
            : String.join("\n\n", said.stream().map(one -> one.role + ": " + one.text).toList());
    String id = first(line, IDS).orElse("");
    return Optional.of(
        new Entry(
            id.isEmpty() ? place : id,
            input,
            Optional.empty(),
            suggestion,
            tags.stream().distinct().toList(),
            first(line, GROUPS)
                .or(() -> first(line.path("metadata"), GROUPS))
                .or(() -> first(request.path("metadata"), GROUPS))
                .orElse(""),
            sourceOf.isEmpty() ? place : sourceOf + (id.isEmpty() ? place : id),
            time(line),
            1));
  }

  private record Said(String role, String text) {}

  private static JsonNode request(JsonNode line) {
    for (String name : REQUESTS) {
      JsonNode found = opened(line.path(name));
      if (name.equals("proxy_server_request") && found.path("body").isObject()) {
        found = found.path("body");
      }
      if (found.isObject()
          && (found.has("messages") || found.has("prompt") || found.has("input"))) {
        return found;
      }
    }
    return line;
  }

  /** A body, also one that was logged as a text. */
  private static JsonNode opened(JsonNode node) {
    if (!node.isString()) return node;
    String text = node.stringValue().strip();
    boolean json = text.startsWith("{") || text.startsWith("[");
    return json ? JsonText.parse(text).orElse(node) : node;
  }

  private static List<Said> said(JsonNode request) {
    JsonNode messages = opened(request.path("messages"));
    if (!messages.isArray()) messages = opened(request.path("input"));
    List<Said> said = new ArrayList<>();
    if (messages.isString() && !messages.stringValue().isBlank()) {
      said.add(new Said("user", messages.stringValue()));
    }
    for (JsonNode message : messages) {
      String role = message.path("role").asString("user");
      String text = content(message.path("content"));
      if (text.isBlank() || role.equals("system") || role.equals("developer")) continue;
      said.add(new Said(role, text));
    }
    if (said.isEmpty() && request.path("prompt").isString()) {
      String prompt = request.path("prompt").stringValue();
      if (!prompt.isBlank()) said.add(new Said("user", prompt));
    }
    return said;
  }

  private static String content(JsonNode content) {
    if (content.isString()) return content.stringValue();
    List<String> parts = new ArrayList<>();
    for (JsonNode part : content) {
      if (part.path("text").isString()) parts.add(part.path("text").stringValue());
      else if (part.isString()) parts.add(part.stringValue());
      else parts.add("[" + part.path("type").asString("media") + "]");
    }
    return String.join("\n", parts);
  }

  private static Optional<JsonNode> answer(JsonNode line) {
    if (line.path("answer").path("text").isString()) {
      return text(line.path("answer").path("text").stringValue());
    }
    JsonNode response = opened(line.path("response"));
    if (response.path("body").isObject()) response = response.path("body");
    if (response.isString()) return text(response.stringValue());
    boolean bare = response.isMissingNode();
    if (bare) response = line;
    JsonNode choice = response.path("choices").path(0);
    String said = content(choice.path("message").path("content"));
    if (said.isEmpty()) said = choice.path("text").asString("");
    if (said.isEmpty() && response.path("output").isArray()) {
      for (JsonNode item : response.path("output")) said += content(item.path("content"));
    }
    if (said.isEmpty() && !bare) said = content(response.path("content"));
    return text(said);
  }

  private static Optional<JsonNode> text(String text) {
    return text.isBlank()
        ? Optional.empty()
        : Optional.of(JsonText.STRICT.getNodeFactory().stringNode(text));
  }

  private static List<String> tags(JsonNode line, JsonNode request) {
    for (JsonNode place : List.of(line, line.path("metadata"), request.path("metadata"))) {
      for (String name : List.of("tags", "request_tags")) {
        JsonNode found = opened(place.path(name));
        if (found.isArray() && !found.isEmpty()) {
          return found.values().stream()
              .map(tag -> tag.asString(""))
              .filter(tag -> !tag.isBlank())
              .limit(20)
              .toList();
        }
      }
    }
    return List.of();
  }

  private static Optional<String> first(JsonNode node, List<String> names) {
    for (String name : names) {
      String text = node.path(name).asString("");
      if (!text.isBlank() && text.length() <= 200) return Optional.of(text);
    }
    return Optional.empty();
  }

  static Optional<Instant> time(JsonNode line) {
    for (String name : TIMES) {
      JsonNode found = line.path(name);
      if (found.isNumber()) return epoch(found.doubleValue(0));
      if (found.isString()) {
        Optional<Instant> time = time(found.stringValue());
        if (time.isPresent()) return time;
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> epoch(double number) {
    double millis = number > 1e11 ? number : number * 1000;
    boolean plausible = millis > 0 && millis < 253_402_300_800_000.0;
    return plausible ? Optional.of(Instant.ofEpochMilli((long) millis)) : Optional.empty();
  }

  /** An instant, or a time without a zone, which is taken for UTC. */
  static Optional<Instant> time(String text) {
    String plain = text.strip().replace(' ', 'T');
    try {
      return Optional.of(OffsetDateTime.parse(plain).toInstant());
    } catch (DateTimeException e) {
      try {
        return Optional.of(LocalDateTime.parse(plain).toInstant(ZoneOffset.UTC));
      } catch (DateTimeException again) {
        return Optional.empty();
      }
    }
  }
}
