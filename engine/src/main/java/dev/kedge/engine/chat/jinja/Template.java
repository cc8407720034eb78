package dev.kedge.engine.chat.jinja;

import dev.kedge.engine.weights.FormatException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A parsed template. Immutable and thread-safe: each rendering has its own state. */
public final class Template {
  private final Source source;
  private final List<Node> nodes;
  private final Limits limits;

  private Template(Source source, List<Node> nodes, Limits limits) {
    this.source = source;
    this.nodes = nodes;
    this.limits = limits;
  }

  /**
   * Parses a template.
   *
   * @throws FormatException if it breaks the grammar or a limit; names line and column
   */
  public static Template parse(String text, Limits limits) {
    if (text.length() > limits.source()) {
      throw new FormatException(
          -1,
          "chat template of %d characters; at most %d are accepted"
              .formatted(text.length(), limits.source()));
    }
    Source source = Source.of(text);
    TokenStream tokens = new TokenStream(source, new Lexer(source).tokens(), limits.nesting());
    return new Template(source, new StatementParser(tokens).template(), limits);
  }

  /**
   * Renders the template.
   *
   * @param trusted data that counts as written by the template's author
   * @param untrusted data of the caller: null, Boolean, Integer, Long, Float, Double, String, List
   *     or Map of these with string keys
   * @param now what {@code strftime_now} formats; empty leaves that function undefined
   * @throws FormatException if an operation fails or a limit is reached; names line and column
   * @throws RaisedException if the template calls {@code raise_exception}
   */
  public Text render(
      Map<String, ? extends @Nullable Object> trusted,
      Map<String, ? extends @Nullable Object> untrusted,
      Optional<LocalDateTime> now) {
    Budget budget = new Budget(limits);
    Scope globals = new Scope();
    Globals functions = new Globals(budget);
    functions.define(globals);
    now.ifPresent(time -> functions.defineClock(globals, time));
    try {
      trusted.forEach((name, value) -> globals.set(name, convert(value, true, budget, 0)));
      untrusted.forEach((name, value) -> globals.set(name, convert(value, false, budget, 0)));
    } catch (Fault fault) {
      throw new FormatException(-1, "data for a chat template: " + fault.reason());
    }
    return new Renderer(source, budget).render(nodes, new Scope(globals));
  }

  private static Value convert(@Nullable Object value, boolean trusted, Budget budget, int depth) {
    if (depth > budget.limits().nesting()) {
      throw new Fault("nested deeper than " + budget.limits().nesting() + " levels");
    }
    return switch (value) {
      case null -> Value.Nothing.NONE;
      case Text text -> text;
      case Boolean bool -> Value.Bool.of(bool);
      case Integer number -> new Value.Int(number);
      case Long number -> new Value.Int(number);
      case Float number -> new Value.Real(number);
      case Double number -> new Value.Real(number);
      case String text -> trusted ? Text.trusted(text) : Text.untrusted(text);
      case List<?> list -> {
        List<Value> items = new ArrayList<>(list.size());
        for (Object item : list) {
          items.add(convert(item, trusted, budget, depth + 1));
        }
        yield Sequence.list(budget, items);
      }
      case Map<?, ?> map -> {
        Map<Value, Value> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          entries.put(
              Dict.key(convert(entry.getKey(), trusted, budget, depth + 1)),
              convert(entry.getValue(), trusted, budget, depth + 1));
        }
        yield new Dict(budget, entries);
      }
      case Object other ->
          throw new Fault(
              "a value of type " + other.getClass().getSimpleName() + " is not possible");
    };
  }

  /** A text for use as data that keeps its trust. */
  public static Object trustedText(String text) {
    return Text.trusted(text);
  }
}
