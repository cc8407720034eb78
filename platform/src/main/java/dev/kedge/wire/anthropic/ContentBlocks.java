package dev.kedge.wire.anthropic;

import dev.kedge.call.ChatRequest.Part;
import dev.kedge.wire.Fields;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Content of a message: a text, or blocks. Blocks of unknown types stay in the source. */
final class ContentBlocks {
  private static final int MAX_BLOCKS = 100_000;

  private ContentBlocks() {}

  /** The parts of a field that must be there. */
  static List<Part> read(Fields message, String name) {
    JsonNode node = message.required(name);
    if (node.isString()) return List.of(new Part.Text(node.stringValue()));
    if (!node.isArray()) {
      throw Fields.wrongType(message.path() + name, "a string or an array of blocks", node);
    }
    List<Part> parts = new ArrayList<>(node.size());
    for (Fields block : message.objects(name, MAX_BLOCKS)) {
      Part part = part(block);
      if (part != null) parts.add(part);
    }
    return parts;
  }

  /** The same of a field that holds text only. */
  static List<Part> texts(Fields fields, String name) {
    List<Part> parts = read(fields, name);
    for (Part part : parts) {
      if (!(part instanceof Part.Text)) throw Fields.outOfRange(name, "blocks of type 'text'");
    }
    return parts;
  }

  private static @Nullable Part part(Fields block) {
    return switch (block.requiredText("type")) {
      case "text" -> new Part.Text(block.requiredText("text"));
      case "image" -> image(block);
      case "tool_use" -> {
        String id = block.requiredName("id");
        String name = block.requiredName("name");
        block.required("input");
        String input = block.within("input").orElseThrow().object().toString();
        yield new Part.ToolUse(id, name, input);
      }
      case "tool_result" ->
          new Part.ToolResult(
              block.requiredName("tool_use_id"), result(block), block.flag("is_error", false));
      case "thinking" ->
          new Part.Reasoning(block.requiredText("thinking"), block.text("signature").orElse(""));
      /* 'redacted_thinking' can be read by the server that wrote it and by nobody else. */
      default -> null;
    };
  }

  private static String result(Fields block) {
    if (!block.has("content")) return "";
    StringBuilder text = new StringBuilder();
    for (Part part : read(block, "content")) {
      if (part instanceof Part.Text piece) text.append(piece.text());
    }
    return text.toString();
  }

  private static @Nullable Part image(Fields block) {
    block.required("source");
    Fields source = block.within("source").orElseThrow();
    return switch (source.requiredText("type")) {
      case "base64" -> {
        String type = source.requiredText("media_type");
        if (!type.startsWith("image/") || type.indexOf(';') >= 0 || type.indexOf(',') >= 0) {
          throw Fields.outOfRange(source.path() + "media_type", "the type of an image");
        }
        yield new Part.Image("data:" + type + ";base64," + source.requiredText("data"));
      }
      case "url" -> {
        String url = source.requiredText("url");
        if (!url.startsWith("https://") && !url.startsWith("http://")) {
          throw Fields.outOfRange(source.path() + "url", "an address that begins with https://");
        }
        yield new Part.Image(url);
      }
      default -> null;
    };
  }
}
