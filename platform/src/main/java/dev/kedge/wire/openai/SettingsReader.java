package dev.kedge.wire.openai;

import dev.kedge.call.Settings;
import dev.kedge.wire.Fields;
import java.util.List;
import java.util.OptionalInt;

/** Reads the fields that steer generation, the common extensions of open servers included. */
final class SettingsReader {
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_LENGTH = 1_000;
  private static final int MAX_CHOICES = 128;
  private static final int MAX_TOP_LOGPROBS = 20;
  private static final int MAX_LEGACY_LOGPROBS = 5;

  /* What the API gives a completion that does not say. */
  static final int LEGACY_DEFAULT_MAX_TOKENS = 16;

  private SettingsReader() {}

  static Settings chat(Fields fields) {
    OptionalInt newer = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    OptionalInt older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    /* Which of two limits holds would depend on the server, and with it what the call may cost. */
    if (newer.isPresent() && older.isPresent() && newer.getAsInt() != older.getAsInt()) {
      throw Fields.outOfRange("max_tokens", "left out where 'max_completion_tokens' is sent");
    }
    return read(fields, newer.isPresent() ? newer : older, chatLogprobs(fields), choices(fields));
  }

  static Settings completion(Fields fields) {
    OptionalInt maxTokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    return read(
        fields,
        OptionalInt.of(maxTokens.orElse(LEGACY_DEFAULT_MAX_TOKENS)),
        fields.integer("logprobs", 0, MAX_LEGACY_LOGPROBS).orElse(-1),
        choices(fields));
  }

  static Settings response(Fields fields) {
    OptionalInt top = fields.integer("top_logprobs", 0, MAX_TOP_LOGPROBS);
    boolean wanted =
        fields.texts("include", 100).contains("message.output_text.logprobs") || top.orElse(0) > 0;
    return read(
        fields,
        fields.integer("max_output_tokens", 1, Integer.MAX_VALUE),
        wanted ? top.orElse(0) : -1,
        1);
  }

  private static int choices(Fields fields) {
    return fields.integer("n", 1, MAX_CHOICES).orElse(1);
  }

  private static Settings read(Fields fields, OptionalInt maxTokens, int topLogprobs, int choices) {
    return new Settings(
        maxTokens,
        fields.number("temperature", 0, 2),
        topK(fields),
        fields.positive("top_p", 1),
        fields.number("min_p", 0, 1),
        fields.positive("repetition_penalty", 100),
        fields.number("presence_penalty", -2, 2),
        fields.number("frequency_penalty", -2, 2),
        fields.longInteger("seed"),
        stop(fields),
        choices,
        topLogprobs,
        fields.flag("ignore_eos", false));
  }

  /* -1 means "all" to several clients, as 0 does to others. */
  private static OptionalInt topK(Fields fields) {
    OptionalInt value = fields.integer("top_k", -1, Integer.MAX_VALUE);
    return value.orElse(0) > 0 ? value : OptionalInt.empty();
  }

  private static List<String> stop(Fields fields) {
    List<String> stop = fields.texts("stop", MAX_STOPS);
    for (String text : stop) {
      if (text.isEmpty() || text.length() > MAX_STOP_LENGTH) {
        throw Fields.outOfRange("stop", "texts of 1 to " + MAX_STOP_LENGTH + " characters");
      }
    }
    return stop;
  }

  private static int chatLogprobs(Fields fields) {
    boolean wanted = fields.flag("logprobs", false);
    OptionalInt top = fields.integer("top_logprobs", 0, MAX_TOP_LOGPROBS);
    if (top.isPresent() && !wanted) {
      throw Fields.outOfRange("top_logprobs", "sent together with 'logprobs': true");
    }
    return wanted ? top.orElse(0) : -1;
  }

  static boolean includeUsage(Fields fields, boolean stream) {
    if (!fields.has("stream_options")) return false;
    if (!stream) throw Fields.outOfRange("stream_options", "sent together with 'stream': true");
    return fields.within("stream_options").orElseThrow().flag("include_usage", false);
  }
}
