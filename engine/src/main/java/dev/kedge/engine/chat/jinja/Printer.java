package dev.kedge.engine.chat.jinja;

import java.util.List;
import java.util.Map;

/** Values as text, as Python's {@code str} and {@code repr} write them. */
final class Printer {
  private final Budget budget;

  Printer(Budget budget) {
    this.budget = budget;
  }

  Text text(Value value) {
    if (value instanceof Text text) {
      return text;
    }
    TextBuilder out = new TextBuilder(budget);
    print(value, out);
    return out.build();
  }

  void print(Value value, TextBuilder out) {
    switch (value) {
      case Text text -> out.append(text);
      case Value.Undefined _ -> {}
      case Value.Nothing _,
          Value.Bool _,
          Value.Int _,
          Value.Real _,
          Value.Space _,
          Value.Function _,
          Sequence _,
          Dict _,
          Loop _ ->
          quote(value, out);
    }
  }

  private void quote(Value value, TextBuilder out) {
    budget.steps(1);
    switch (value) {
      case Value.Nothing _ -> out.append("None");
      case Value.Undefined _ -> out.append("Undefined");
      case Value.Bool bool -> out.append(bool == Value.Bool.TRUE ? "True" : "False");
      case Value.Int(long number) -> out.append(Long.toString(number));
      case Value.Real(double number) -> out.append(Numbers.print(number));
      case Text text -> quote(text, out);
      case Sequence sequence -> sequence(sequence, out);
      case Dict dict -> dict(dict, out);
      case Value.Space _, Value.Function _, Loop _ ->
          throw new Fault(value.kind() + " cannot be printed");
    }
  }

  private void sequence(Sequence sequence, TextBuilder out) {
    boolean tuple = sequence.shape() == Sequence.Shape.TUPLE;
    if (!tuple && sequence.shape() != Sequence.Shape.LIST) {
      throw new Fault(sequence.kind() + " cannot be printed; make it a list first (|list)");
    }
    List<Value> items = sequence.items();
    out.append(tuple ? "(" : "[");
    for (int i = 0; i < items.size(); i++) {
      out.append(i > 0 ? ", " : "");
      quote(items.get(i), out);
    }
    out.append(tuple ? (items.size() == 1 ? ",)" : ")") : "]");
  }

  private void dict(Dict dict, TextBuilder out) {
    out.append("{");
    boolean first = true;
    for (Map.Entry<Value, Value> entry : dict.entries()) {
      out.append(first ? "" : ", ");
      first = false;
      quote(entry.getKey(), out);
      out.append(": ");
      quote(entry.getValue(), out);
    }
    out.append("}");
  }

  private static void quote(Text text, TextBuilder out) {
    String chars = text.chars();
    String mark = chars.indexOf('\'') >= 0 && chars.indexOf('"') < 0 ? "\"" : "'";
    out.append(mark);
    text.forEachRun((from, to, trusted) -> {
      int plain = from;
      for (int i = from; i < to; ) {
        int c = chars.codePointAt(i);
        int end = Math.min(to, i + Character.charCount(c));
        if (c == '\\' || c == mark.charAt(0) || !Characters.isPrintable(c)) {
          out.append(chars, plain, i, trusted);
          String escaped = escape(c);
          out.append(escaped, 0, escaped.length(), trusted);
          plain = end;
        }
        i = end;
      }
      out.append(chars, plain, to, trusted);
    });
    out.append(mark);
  }

  private static String escape(int c) {
    return switch (c) {
      case '\\', '\'', '"' -> "\\" + (char) c;
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          c < 0x100
              ? "\\x%02x".formatted(c)
              : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c);
    };
  }
}
