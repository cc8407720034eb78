package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Values as JSON, byte for byte as Python's {@code json.dumps} writes them. */
final class JsonPrinter {
  private final Budget budget;
  private final TextBuilder out;
  private final boolean ascii;
  private final boolean sorted;
  private final boolean pretty;
  private final Text indent;
  private final Text itemSeparator;
  private final Text keySeparator;

  JsonPrinter(Budget budget, Arguments arguments) {
    var bound =
        arguments.bind("tojson", "value", "ensure_ascii", "indent", "separators", "sort_keys");
    this.budget = budget;
    this.out = new TextBuilder(budget);
    this.ascii = bound.flag("ensure_ascii", false);
    this.sorted = bound.flag("sort_keys", false);
    this.pretty = bound.given("indent");
    this.indent = pretty ? indent(budget, bound.need("indent")) : Text.EMPTY;
    if (bound.given("separators")) {
      if (!(bound.need("separators") instanceof Sequence pair)
          || pair.items().size() != 2
          || !(pair.items().get(0) instanceof Text item)
          || !(pair.items().get(1) instanceof Text key)) {
        throw new Fault("tojson: 'separators' must be two strings");
      }
      this.itemSeparator = item;
      this.keySeparator = key;
    } else {
      this.itemSeparator = Text.trusted(pretty ? "," : ", ");
      this.keySeparator = Text.trusted(": ");
    }
  }

  private static Text indent(Budget budget, Value indent) {
    if (indent instanceof Text text) {
      return text;
    }
    long width = Math.max(0, Numbers.whole(indent));
    budget.characters(width);
    return Text.trusted(" ".repeat((int) width));
  }

  Text print(Value value) {
    write(value, 0);
    return out.build();
  }

  private void write(Value value, int level) {
    budget.steps(1);
    switch (value) {
      case Text text -> string(text);
      case Sequence sequence
          when sequence.shape() == Sequence.Shape.LIST
              || sequence.shape() == Sequence.Shape.TUPLE ->
          sequence(sequence.items(), level);
      case Dict dict -> dict(dict, level);
      case Value.Nothing _, Value.Bool _, Value.Int _, Value.Real _ -> out.append(scalar(value));
      case Value.Undefined _, Value.Space _, Value.Function _, Sequence _, Loop _ ->
          throw new Fault(value.kind() + " has no JSON");
    }
  }

  private static String scalar(Value value) {
    return switch (value) {
      case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
      case Value.Int(long number) -> Long.toString(number);
      case Value.Real(double number) ->
          Double.isNaN(number)
              ? "NaN"
              : Double.isInfinite(number)
                  ? (number > 0 ? "Infinity" : "-Infinity")
                  : Numbers.print(number);
      case Value _ -> "null";
    };
  }

  private void sequence(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append("[");
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0, level + 1);
      write(items.get(i), level + 1);
    }
    lineBreak(level);
    out.append("]");
  }

  private void dict(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(dict.entries());
    if (sorted) {
      Operators operators = new Operators(budget);
      entries.sort(Comparator.comparing(Map.Entry::getKey, operators::compare));
    }
    out.append("{");
    boolean first = true;
    for (Map.Entry<Value, Value> entry : entries) {
      separate(first, level + 1);
      first = false;
      string(entry.getKey() instanceof Text key ? key : Text.trusted(scalar(entry.getKey())));
      out.append(keySeparator);
      write(entry.getValue(), level + 1);
    }
    lineBreak(level);
    out.append("}");
  }

  private void separate(boolean first, int level) {
    if (!first) {
      out.append(itemSeparator);
    }
    lineBreak(level);
  }

  private void lineBreak(int level) {
    if (pretty) {
      out.append("\n");
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private void string(Text text) {
    String chars = text.chars();
    out.append("\"");
    text.forEachRun((from, to, trusted) -> {
      int plain = from;
      for (int i = from; i < to; i++) {
        char c = chars.charAt(i);
        if (c < ' ' || c == '"' || c == '\\' || (ascii && c > '~')) {
          out.append(chars, plain, i, trusted);
          String escaped = escape(c);
          out.append(escaped, 0, escaped.length(), trusted);
          plain = i + 1;
        }
      }
      out.append(chars, plain, to, trusted);
    });
    out.append("\"");
  }

  private static String escape(char c) {
    return switch (c) {
      case '"', '\\' -> "\\" + c;
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> "\\u%04x".formatted((int) c);
    };
  }
}
