package dev.kedge.wire;

import static dev.kedge.wire.Shape.isText;
import static dev.kedge.wire.Shape.taking;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the records hold of bodies of responses. */
final class ResponseShapes {
  private static final Shape TEXT_PART = taking("type", "text");

  private static final Map<String, Shape> PARTS =
      Map.of(
          "text",
          TEXT_PART,
          "input_text",
          TEXT_PART,
          "output_text",
          taking("type", "text", "annotations", "logprobs"),
          "refusal",
          taking("type", "refusal"),
          "input_image",
          taking("type", "image_url", "detail").never("send 'image_url'", "file_id"));

  private static final Map<String, Shape> RESULTS =
      Map.of("text", TEXT_PART, "input_text", TEXT_PART, "output_text", PARTS.get("output_text"));

  /* Reasoning that is encrypted can be read by the server that wrote it and by nobody else. */
  private static final Map<String, Shape> ITEMS =
      Map.of(
          "message",
          taking("type", "id", "status", "role")
              .byType("content", PARTS, "input_text", "send text or images"),
          "reasoning",
          taking("type", "id", "status", "summary", "content", "encrypted_content"),
          "function_call",
          taking("type", "id", "status", "call_id", "name", "arguments"),
          "function_call_output",
          taking("type", "id", "status", "call_id")
              .byType("output", RESULTS, "input_text", "send text"));

  private static final Shape FORMAT = taking("type", "name", "description", "schema", "strict");

  static final Shape RESPONSE =
      taking(
              "model",
              "instructions",
              "max_output_tokens",
              "top_logprobs",
              "parallel_tool_calls",
              "background")
          .with(OpenAiShapes.HARMLESS)
          .with(OpenAiShapes.SAMPLING)
          .byType("input", ITEMS, "message", "leave such items out")
          .byType(
              "tools",
              Map.of("function", taking("type", "name", "description", "parameters", "strict")),
              "",
              OpenAiShapes.FUNCTIONS_ONLY)
          .byType(
              "tool_choice",
              Map.of("function", taking("type", "name")),
              "",
              "name a function, or send 'none', 'auto' or 'required'")
          .each(
              "text",
              new Shape()
                  .byType(
                      "format",
                      Map.of("text", FORMAT, "json_object", FORMAT, "json_schema", FORMAT),
                      "text",
                      "use 'text', 'json_object' or 'json_schema'")
                  .only("verbosity", isText("medium"), "leave it out"))
          .each("reasoning", new Shape().only("effort", isText("none"), "leave it out"))
          .only("include", ResponseShapes::isHarmlessInclude, "leave it out")
          .only("truncation", isText("disabled"), "shorten 'input' and leave it out")
          .never("limit calls of tools in your own loop", "max_tool_calls")
          .never("send its text in 'instructions' and 'input'", "prompt");

  private ResponseShapes() {}

  private static boolean isHarmlessInclude(JsonNode node) {
    for (JsonNode one : node.values()) {
      if (!isText("reasoning.encrypted_content", "message.output_text.logprobs").test(one)) {
        return false;
      }
    }
    return node.isArray();
  }
}
