package dev.kedge.wire;

import static dev.kedge.wire.Shape.isText;
import static dev.kedge.wire.Shape.taking;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the records hold of bodies of chat completions, completions and embeddings. */
final class OpenAiShapes {
  private static final String CONSTRAINED = "use 'response_format' with a JSON Schema";
  private static final String TEXT_AND_IMAGES = "send text or images";
  static final String FUNCTIONS_ONLY = "only tools of type 'function' are taken";

  /** What has no influence on an answer, in all of OpenAI's APIs. */
  static final Shape HARMLESS =
      taking("user", "metadata", "safety_identifier", "prompt_cache_key", "prompt_cache_retention")
          .only("store", Shape::isFalse, "answers are not kept here")
          .only("service_tier", isText("auto", "default"), "leave it out");

  static final Shape SAMPLING =
      taking(
              "temperature",
              "top_k",
              "top_p",
              "min_p",
              "repetition_penalty",
              "presence_penalty",
              "frequency_penalty",
              "seed",
              "stop",
              "ignore_eos",
              "stream")
          .each("stream_options", taking("include_usage", "include_obfuscation"))
          .only("logit_bias", Shape::isEmpty, "leave it out")
          .never(
              CONSTRAINED,
              "guided_json",
              "guided_regex",
              "guided_choice",
              "guided_grammar",
              "structured_outputs");

  private static final Shape TOOL_CALL =
      taking("id", "type", "index").each("function", taking("name", "arguments"));

  private static final Shape TEXT_PART = taking("type", "text", "cache_control");

  private static final Map<String, Shape> PARTS =
      Map.of(
          "text",
          TEXT_PART,
          "refusal",
          taking("type", "refusal"),
          "image_url",
          taking("type").each("image_url", taking("url", "detail")));

  private static final Shape MESSAGE =
      taking("name", "tool_call_id", "refusal", "reasoning", "reasoning_content")
          .only(
              "role",
              isText("system", "developer", "user", "assistant", "tool"),
              "send results of tools with the role 'tool'")
          .byType("content", PARTS, "text", TEXT_AND_IMAGES)
          .byType("tool_calls", Map.of("function", TOOL_CALL), "function", FUNCTIONS_ONLY)
          .only("annotations", Shape::isEmpty, "leave it out")
          .never("send 'tool_calls'", "function_call")
          .never("this server reads text", "audio");

  private static final Shape TOOL =
      taking("type").each("function", taking("name", "description", "parameters", "strict"));

  private static final Shape SCHEMA_FORMAT =
      taking("type").each("json_schema", taking("name", "description", "schema", "strict"));

  static final Shape CHAT =
      taking(
              "model",
              "n",
              "logprobs",
              "top_logprobs",
              "max_tokens",
              "max_completion_tokens",
              "parallel_tool_calls")
          .with(HARMLESS)
          .with(SAMPLING)
          .each("messages", MESSAGE)
          .byType("tools", Map.of("function", TOOL), "function", FUNCTIONS_ONLY)
          .byType(
              "tool_choice",
              Map.of("function", taking("type").each("function", taking("name"))),
              "function",
              "name a function, or send 'none', 'auto' or 'required'")
          .byType(
              "response_format",
              Map.of(
                  "text",
                  taking("type"),
                  "json_object",
                  taking("type"),
                  "json_schema",
                  SCHEMA_FORMAT),
              "text",
              "use 'text', 'json_object' or 'json_schema'")
          .only("functions", Shape::isEmpty, "send 'tools'")
          .only("function_call", isText("none"), "send 'tool_choice'")
          .only("modalities", OpenAiShapes::isTextOnly, "only [\"text\"] is")
          .only("reasoning_effort", isText("none"), "leave it out")
          .only("verbosity", isText("medium"), "leave it out")
          .never("this server answers in text", "audio")
          .never("leave it out", "prediction")
          .never("this server does not search the web", "web_search_options");

  static final Shape COMPLETION =
      taking("model", "prompt", "n", "logprobs", "max_tokens")
          .with(HARMLESS)
          .with(SAMPLING)
          .only("echo", Shape::isFalse, "only false is")
          .only("suffix", isText(""), "this server does not fill in the middle")
          .only(
              "best_of",
              node -> node.isIntegralNumber() && node.asLong(0) == 1,
              "only 1 is; use 'n' for several answers");

  static final Shape EMBEDDING =
      taking("model", "input", "dimensions", "encoding_format").with(HARMLESS);

  private OpenAiShapes() {}

  private static boolean isTextOnly(JsonNode node) {
    return node.isArray() && node.size() == 1 && isText("text").test(node.get(0));
  }
}
