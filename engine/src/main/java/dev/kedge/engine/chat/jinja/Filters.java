package dev.kedge.engine.chat.jinja;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Filters of text and numbers; those of containers are {@link ContainerFilters}. */
final class Filters {
  private final Budget budget;
  private final Operators operators;
  private final Printer printer;
  private final ContainerFilters containers;

  Filters(Budget budget, Operators operators, Members members, Printer printer, Tests tests) {
    this.budget = budget;
    this.operators = operators;
    this.printer = printer;
    this.containers = new ContainerFilters(budget, operators, members, printer, tests, this);
  }

  Value apply(String name, Value value, Arguments given) {
    budget.steps(1);
    Arguments arguments = given.after(value);
    return switch (name) {
      case "trim" -> {
        var bound = arguments.bind(name, "value", "chars");
        Optional<Text> chars =
            bound.given("chars") ? Optional.of(bound.text("chars")) : Optional.empty();
        yield methods(value).strip(chars, true, true);
      }
      case "upper" -> only(name, arguments).upper();
      case "lower" -> only(name, arguments).lower();
      case "capitalize" -> only(name, arguments).capitalize();
      case "title" -> title(name, arguments);
      case "replace" -> {
        var bound = arguments.bind(name, "s", "old", "new", "count");
        long count = bound.given("count") ? bound.integer("count", -1) : -1;
        yield methods(value)
            .replace(printer.text(bound.need("old")), printer.text(bound.need("new")), count);
      }
      case "indent" -> indent(arguments.bind(name, "s", "width", "first", "blank"));
      case "escape", "e" -> escape(name, arguments);
      case "safe", "string" -> {
        arguments.bind(name, "value");
        yield printer.text(value);
      }
      case "wordcount" -> wordCount(name, arguments);
      case "tojson" -> new JsonPrinter(budget, arguments).print(value);
      case "default", "d" -> {
        var bound = arguments.bind(name, "value", "default_value", "boolean");
        boolean missing =
            value instanceof Value.Undefined
                || (bound.flag("boolean", false) && !Operators.truth(value));
        yield missing ? bound.get("default_value", Text.EMPTY) : value;
      }
      case "int" -> toInt(value, arguments.bind(name, "value", "default", "base"));
      case "float" -> {
        Value otherwise =
            arguments.bind(name, "value", "default").get("default", new Value.Real(0));
        yield parseFloat(value).<Value>map(Value.Real::new).orElse(otherwise);
      }
      case "abs" -> {
        arguments.bind(name, "x");
        yield operators.compare(value, new Value.Int(0)) < 0
            ? Numbers.negate(value)
            : Numbers.arithmetic("+", value, new Value.Int(0));
      }
      case "round" -> {
        var bound = arguments.bind(name, "value", "precision", "method");
        yield Numbers.round(
            value,
            bound.integer("precision", 0),
            bound.has("method") ? bound.text("method").chars() : "common");
      }
      default -> containers.apply(name, value, arguments);
    };
  }

  private TextMethods methods(Value value) {
    Text text = printer.text(value);
    budget.steps(text.length() >> 8);
    return operators.methods(text);
  }

  private TextMethods only(String name, Arguments arguments) {
    return methods(arguments.bind(name, "s").need("s"));
  }

  private Value title(String name, Arguments arguments) {
    Text text = printer.text(arguments.bind(name, "s").need("s"));
    budget.characters(text.length());
    StringBuilder out = new StringBuilder();
    boolean begins = true;
    for (int i = 0; i < text.length(); ) {
      int c = text.chars().codePointAt(i);
      String one = Character.toString(c);
      out.append(begins ? one.toUpperCase(Locale.ROOT) : one.toLowerCase(Locale.ROOT));
      begins = Characters.isSpace(c) || "-({[<".indexOf(c) >= 0;
      i += one.length();
    }
    return text.with(out.toString());
  }

  private Value indent(Arguments.Bound bound) {
    Text text = printer.text(bound.need("s"));
    Text indent =
        bound.get("width", new Value.Int(4)) instanceof Text given
            ? given
            : (Text)
                operators.binary("*", Text.trusted(" "), new Value.Int(bound.integer("width", 4)));
    boolean blank = bound.flag("blank", false);
    TextBuilder out = new TextBuilder(budget);
    if (bound.flag("first", false)) {
      out.append(indent);
    }
    boolean first = true;
    Text closed = new TextBuilder(budget).append(text).append("\n").build();
    for (Value line : operators.methods(closed).lines(false)) {
      if (!first) {
        out.append("\n");
        if (blank || Operators.truth(line)) {
          out.append(indent);
        }
      }
      out.append((Text) line);
      first = false;
    }
    return out.build();
  }

  private Value escape(String name, Arguments arguments) {
    Text text = printer.text(arguments.bind(name, "s").need("s"));
    TextBuilder out = new TextBuilder(budget);
    text.forEachRun((from, to, trusted) -> {
      for (int i = from; i < to; i++) {
        String replaced =
            switch (text.chars().charAt(i)) {
              case '&' -> "&amp;";
              case '<' -> "&lt;";
              case '>' -> "&gt;";
              case '\'' -> "&#39;";
              case '"' -> "&#34;";
              default -> "";
            };
        if (replaced.isEmpty()) {
          out.append(text.chars(), i, i + 1, trusted);
        } else {
          out.append(replaced, 0, replaced.length(), trusted);
        }
      }
    });
    return out.build();
  }

  private Value wordCount(String name, Arguments arguments) {
    String text = printer.text(arguments.bind(name, "s").need("s")).chars();
    budget.steps(text.length() >> 4);
    long words = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      boolean word = Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_';
      words += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return new Value.Int(words);
  }

  private static Value toInt(Value value, Arguments.Bound bound) {
    Value otherwise = bound.get("default", new Value.Int(0));
    if (Numbers.isWhole(value)) {
      return new Value.Int(Numbers.whole(value));
    }
    if (value instanceof Text text) {
      try {
        String digits = text.chars().strip();
        int base = Math.clamp(bound.integer("base", 10), 2, 36);
        return new Value.Int(Long.parseLong(digits, base));
      } catch (NumberFormatException _) {
        // As the reference: a text that is no integer may still be a float.
      }
    }
    Optional<Double> number = parseFloat(value);
    if (number.isEmpty() || Double.isNaN(number.get())) {
      return otherwise;
    }
    if (Math.abs(number.get()) >= 0x1p63) {
      throw new Fault("int: the number does not fit in 64 bits");
    }
    return new Value.Int(number.get().longValue());
  }

  private static Optional<Double> parseFloat(Value value) {
    if (Numbers.isNumber(value)) {
      return Optional.of(Numbers.real(value));
    }
    if (!(value instanceof Text text)) {
      return Optional.empty();
    }
    String digits = text.chars().strip().toLowerCase(Locale.ROOT);
    Optional<Double> named = Optional.ofNullable(NAMED.get(digits));
    if (named.isPresent()) {
      return named;
    }
    // Java also reads type suffixes and hexadecimal floats, which Python does not.
    if (digits.isEmpty() || !digits.chars().allMatch(c -> "0123456789.e+-".indexOf(c) >= 0)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(digits));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static final Map<String, Double> NAMED =
      Map.of(
          "nan", Double.NaN,
          "inf", Double.POSITIVE_INFINITY,
          "+inf", Double.POSITIVE_INFINITY,
          "-inf", Double.NEGATIVE_INFINITY,
          "infinity", Double.POSITIVE_INFINITY,
          "-infinity", Double.NEGATIVE_INFINITY);
}
