package dev.kedge.engine.grammar;

import dev.kedge.engine.weights.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
   * @throws FormatException if the schema is broken, allows nothing, or says something that answers
   *     cannot be held to; names keyword and place
   */
  public static Grammar jsonSchema(String schema) {
    SchemaCompiler compiler = new SchemaCompiler();
    return compiler.grammar(compiler.schema(schema));
  }

  /** The objects among what {@link #jsonSchema} allows; throws as it does. */
  public static Grammar objects(String schema) {
    SchemaCompiler compiler = new SchemaCompiler();
    return compiler.grammar(compiler.object(schema));
  }

  /**
   * A piece of text around values.
   *
   * @param control whether it is a control token of this spelling, which has no bytes
   */
  public record Piece(String text, boolean control) {}

  /**
   * A call: a text, an object, a text.
   *
   * @param before up to the arguments
   * @param schema of the arguments, which are an object in any case
   * @param after behind them
   */
  public record Call(List<Piece> before, String schema, List<Piece> after) {}

  /**
   * One or several calls, each one of a list.
   *
   * @param first before them
   * @param between two of them; empty where there is only one
   * @param last behind them
   */
  public static Grammar calls(
      List<Piece> first, List<Call> calls, Optional<String> between, List<Piece> last) {
    SchemaCompiler compiler = new SchemaCompiler();
    Node.Union one = compiler.node(new Node.Union());
    for (Call call : calls) {
      List<Node> parts = new ArrayList<>(pieces(compiler, call.before));
      parts.add(compiler.object(call.schema));
      parts.addAll(pieces(compiler, call.after));
      one.alternatives.add(compiler.node(new Node.Sequence(parts)));
    }
    Node all = between.<Node>map(text -> repeated(compiler, one, text)).orElse(one);
    List<Node> parts = new ArrayList<>(pieces(compiler, first));
    parts.add(all);
    parts.addAll(pieces(compiler, last));
    return compiler.grammar(compiler.node(new Node.Sequence(parts)));
  }

  /* one (between one)*, as a loop through the tail, which makes no stack. */
  private static Node repeated(SchemaCompiler compiler, Node one, String between) {
    Node.Union rest = compiler.node(new Node.Union());
    Node all = compiler.node(new Node.Sequence(List.of(one, rest)));
    rest.alternatives.add(compiler.node(new Node.Sequence(List.of())));
    Node separator = piece(compiler, new Piece(between, false));
    rest.alternatives.add(compiler.node(new Node.Sequence(List.of(separator, all))));
    return all;
  }

  private static List<Node> pieces(SchemaCompiler compiler, List<Piece> pieces) {
    return pieces.stream().map(piece -> piece(compiler, piece)).toList();
  }

  private static Node piece(SchemaCompiler compiler, Piece piece) {
    if (piece.control) return compiler.node(new Node.Control(piece.text));
    byte[] bytes = piece.text.getBytes(StandardCharsets.UTF_8);
    return compiler.node(new Node.Leaf(Dfa.words(List.of(bytes))));
  }
}
