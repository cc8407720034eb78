package dev.kedge.wire;

import static dev.kedge.wire.Shape.isText;
import static dev.kedge.wire.Shape.taking;

import java.util.Map;

/** What the records hold of bodies of Anthropic's messages. */
final class MessageShapes {
  private static final String TEXT_AND_IMAGES = "send text or images";

  private static final Shape TEXT =
      taking("type", "text", "cache_control").only("citations", Shape::isEmpty, "leave it out");

  private static final Shape IMAGE =
      taking("type", "cache_control")
          .byType(
              "source",
              Map.of("base64", taking("type", "media_type", "data"), "url", taking("type", "url")),
              "",
              "send 'base64' or 'url'");

  /* Thoughts that are redacted can be read by the server that wrote them and by nobody else. */
  private static final Map<String, Shape> BLOCKS =
      Map.of(
          "text",
          TEXT,
          "image",
          IMAGE,
          "tool_use",
          taking("type", "id", "name", "input", "cache_control", "caller"),
          "tool_result",
          taking("type", "tool_use_id", "is_error", "cache_control")
              .byType("content", Map.of("text", TEXT), "text", "send text"),
          "thinking",
          taking("type", "thinking", "signature"),
          "redacted_thinking",
          taking("type", "data"));

  private static final Shape TOOL =
      taking(
          "type",
          "name",
          "description",
          "input_schema",
          "strict",
          "cache_control",
          "eager_input_streaming");

  private static final Map<String, Shape> FORMATS = Map.of("json_schema", taking("type", "schema"));

  static final Shape MESSAGES =
      taking(
              "model",
              "max_tokens",
              "stream",
              "temperature",
              "top_k",
              "top_p",
              "stop_sequences",
              "seed",
              "metadata",
              "cache_control")
          .byType("system", Map.of("text", TEXT), "text", "send text")
          .each("messages", taking("role").byType("content", BLOCKS, "text", TEXT_AND_IMAGES))
          .byType("tools", Map.of("custom", TOOL), "custom", "send tools of your own")
          .each("tool_choice", taking("type", "name", "disable_parallel_tool_use"))
          .byType(
              "thinking",
              Map.of("disabled", taking("type"), "adaptive", taking("type", "display")),
              "",
              "send 'disabled' or leave it out")
          .each(
              "output_config",
              new Shape()
                  .byType("format", FORMATS, "", "send 'json_schema'")
                  .only("effort", isText("high"), "leave it out"))
          .byType("output_format", FORMATS, "", "send 'json_schema'")
          .only("service_tier", isText("auto", "standard_only"), "leave it out")
          .only("mcp_servers", Shape::isEmpty, "leave it out");

  private MessageShapes() {}
}
