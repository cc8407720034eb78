package dev.kedge.wire;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the fields that steer generation, with the defaults of the OpenAI API. */
final class SettingsReader {
  private static final int MAX_STOPS = 16;
  private static final int MAX_STOP_LENGTH = 1_000;
  private static final int MAX_CHOICES = 16;
  private static final int MAX_TOP_LOGPROBS = 20;
  private static final int MAX_LEGACY_LOGPROBS = 5;

  private SettingsReader() {}

  static GenerationSettings chat(Fields fields) {
    OptionalInt newer = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    OptionalInt older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    return read(fields, newer.isPresent() ? newer : older, chatLogprobs(fields));
  }

  static GenerationSettings completion(Fields fields, int defaultMaxTokens) {
    OptionalInt maxTokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    return read(
        fields,
        OptionalInt.of(maxTokens.orElse(defaultMaxTokens)),
        fields.integer("logprobs", 0, MAX_LEGACY_LOGPROBS).orElse(-1));
  }

  private static GenerationSettings read(Fields fields, OptionalInt maxTokens, int topLogprobs) {
    boolean stream = fields.flag("stream", false);
    return new GenerationSettings(
        maxTokens,
        fields.number("temperature", 0, 2, 1),
        topK(fields),
        topP(fields),
        fields.number("min_p", 0, 1, 0),
        repetitionPenalty(fields),
        fields.number("presence_penalty", -2, 2, 0),
        fields.number("frequency_penalty", -2, 2, 0),
        fields.longInteger("seed"),
        stop(fields),
        fields.integer("n", 1, MAX_CHOICES).orElse(1),
        topLogprobs,
        fields.flag("ignore_eos", false),
        stream,
        includeUsage(fields, stream));
  }

  /* -1 means "all" to several clients, as 0 does to others. */
  private static int topK(Fields fields) {
    return Math.max(0, fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(0));
  }

  private static float topP(Fields fields) {
    float value = fields.number("top_p", 0, 1, 1);
    if (value <= 0) throw Fields.outOfRange("top_p", "above 0 and at most 1");
    return value;
  }

  private static float repetitionPenalty(Fields fields) {
    float value = fields.number("repetition_penalty", 0, 100, 1);
    if (value <= 0) throw Fields.outOfRange("repetition_penalty", "above 0 and at most 100");
    return value;
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

  private static boolean includeUsage(Fields fields, boolean stream) {
    @Nullable JsonNode options = fields.find("stream_options");
    if (options == null) return false;
    if (!stream) throw Fields.outOfRange("stream_options", "sent together with 'stream': true");
    return Fields.of(options, "stream_options.").flag("include_usage", false);
  }
}
