package dev.kedge.wire.openai;

import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.wire.Fields;
import java.util.Optional;

/** What the answer must look like. Formats that the records cannot hold stay in the source. */
final class FormatFields {
  private FormatFields() {}

  /** The field {@code response_format}: a schema is an object of its own. */
  static AnswerFormat chat(Fields fields) {
    Optional<Fields> format = fields.within("response_format");
    if (format.isEmpty()) return new AnswerFormat.Text();
    if (format.get().requiredText("type").equals("json_schema")) {
      format.get().required("json_schema");
      return schema(format.get().within("json_schema").orElseThrow());
    }
    return plain(format.get());
  }

  /** The field {@code text.format}: flat. */
  static AnswerFormat response(Fields fields) {
    Optional<Fields> format = fields.within("text").flatMap(text -> text.within("format"));
    if (format.isEmpty()) return new AnswerFormat.Text();
    return format.get().requiredText("type").equals("json_schema")
        ? schema(format.get())
        : plain(format.get());
  }

  private static AnswerFormat plain(Fields format) {
    return format.requiredText("type").equals("json_object")
        ? new AnswerFormat.JsonObject()
        : new AnswerFormat.Text();
  }

  private static AnswerFormat schema(Fields fields) {
    String name = fields.requiredName("name");
    fields.required("schema");
    return new AnswerFormat.JsonSchema(
        name,
        fields.within("schema").orElseThrow().object().toString(),
        fields.flag("strict", false));
  }
}
