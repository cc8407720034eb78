package dev.kedge.engine;

import dev.kedge.engine.chat.CallableTool;
import dev.kedge.engine.chat.ToolFormat;
import dev.kedge.engine.grammar.Constraints;
import dev.kedge.engine.grammar.Grammar;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.weights.FormatException;
import java.util.List;

/**
 * What an answer must look like. Tokens that would break it are never drawn, so an answer that ends
 * by itself always fits; one that is cut off by {@link Request#maxTokens} or a stop text may not.
 * Immutable and thread-safe; making one costs more than using it, so keep those that come again.
 */
public final class AnswerConstraint {
  private static final AnswerConstraint JSON_OBJECT =
      new AnswerConstraint(Constraints.jsonObject());

  private final Grammar grammar;

  AnswerConstraint(Grammar grammar) {
    this.grammar = grammar;
  }

  /** Any JSON object. */
  public static AnswerConstraint jsonObject() {
    return JSON_OBJECT;
  }

  /**
   * JSON that fits a schema (draft 2020-12). Known are: {@code type}, {@code enum}, {@code const},
   * {@code properties}, {@code required}, {@code additionalProperties}, {@code items}, {@code
   * prefixItems}, {@code minItems}, {@code maxItems}, {@code minLength}, {@code maxLength}, {@code
   * pattern} and {@code format} in part, bounds of numbers, {@code multipleOf} in part, {@code
   * anyOf}, {@code oneOf} where the alternatives exclude each other, {@code allOf}, {@code $ref}
   * within the schema, {@code $defs}, and annotations. Objects whose properties are described have
   * no others unless {@code additionalProperties} says so; properties come in the schema's order.
   *
   * @param schema as a JSON text of at most 2^20 characters
   * @throws FormatException if it is broken, allows no value, or has a keyword that answers cannot
   *     be held to; names keyword and place
   */
  public static AnswerConstraint jsonSchema(String schema) {
    return new AnswerConstraint(Constraints.jsonSchema(schema));
  }

  /**
   * Calls of tools in a model's own format, and nothing else: at least one.
   *
   * @param several whether more than one may be called, where the format can hold them
   * @param tokenizer of the model, which knows whether the format's markers are tokens
   * @throws FormatException if a strict tool's parameters cannot be held to; names the tool
   */
  public static AnswerConstraint toolCalls(
      ToolFormat format, List<CallableTool> tools, boolean several, Tokenizer tokenizer) {
    if (tools.isEmpty()) throw new IllegalArgumentException("there is no tool to call");
    return new AnswerConstraint(new ToolCalls(format, tokenizer).grammar(tools, several));
  }

  Grammar grammar() {
    return grammar;
  }
}
