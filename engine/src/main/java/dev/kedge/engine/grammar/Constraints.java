package dev.kedge.engine.grammar;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Grammars by what callers ask for. */
public final class Constraints {
  private static final String ANY_OBJECT = "{\"type\":\"object\"}";

  private Constraints() {}

  /** Any JSON object. */
  public static Grammar jsonObject() {
    return jsonSchema(ANY_OBJECT);
  }

  /**
   * JSON that fits a schema.
   *
   * @throws dev.kedge.engine.weights.FormatException if the schema is broken, allows nothing, or
   *     says something that answers cannot be held to; names keyword and place
   */
  public static Grammar jsonSchema(String schema) {
    SchemaCompiler compiler = new SchemaCompiler();
    return compiler.grammar(compiler.schema(schema));
  }
}
