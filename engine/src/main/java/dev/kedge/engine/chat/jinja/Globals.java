package dev.kedge.engine.chat.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that a template finds beside its data. */
final class Globals {
  private final Budget budget;
  private final Operators operators;

  Globals(Budget budget) {
    this.budget = budget;
    this.operators = new Operators(budget);
  }

  void define(Scope scope) {
    scope.set("range", function(this::range));
    scope.set("namespace", function(this::namespace));
    scope.set("dict", function(arguments -> new Dict(budget, entries("dict", arguments))));
    scope.set("raise_exception", function(this::raise));
  }

  void defineClock(Scope scope, LocalDateTime now) {
    scope.set(
        "strftime_now",
        function(arguments ->
            Text.trusted(
                format(arguments.bind("strftime_now", "format").text("format").chars(), now))));
  }

  private static Value.Function function(Value.Function function) {
    return function;
  }

  private Value range(Arguments arguments) {
    List<Value> given = arguments.positional();
    if (given.isEmpty() || given.size() > 3 || !arguments.named().isEmpty()) {
      throw new Fault("range takes one to three integers");
    }
    long start = given.size() == 1 ? 0 : Numbers.whole(given.get(0));
    long stop = Numbers.whole(given.get(given.size() == 1 ? 0 : 1));
    long step = given.size() == 3 ? Numbers.whole(given.get(2)) : 1;
    if (step == 0) {
      throw new Fault("the step of a range must not be 0");
    }
    List<Value> numbers = new ArrayList<>();
    try {
      for (long i = start; step > 0 ? i < stop : i > stop; i = Math.addExact(i, step)) {
        if (numbers.size() >= budget.limits().range()) {
          throw new Fault("a range has more than " + budget.limits().range() + " numbers");
        }
        budget.steps(1);
        numbers.add(new Value.Int(i));
      }
    } catch (ArithmeticException _) {
      throw new Fault("a range leaves 64 bits");
    }
    return Sequence.of(budget, Sequence.Shape.RANGE, numbers);
  }

  private Value namespace(Arguments arguments) {
    Value.Space space = new Value.Space();
    entries("namespace", arguments)
        .forEach((key, value) -> space.attributes.put(key.toString(), value));
    return space;
  }

  private Map<Value, Value> entries(String name, Arguments arguments) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    if (arguments.positional().size() > 1) {
      throw new Fault(name + " takes at most one mapping");
    }
    for (Value value : arguments.positional()) {
      if (value instanceof Dict dict) {
        entries.putAll(dict.asMap());
      } else {
        for (Value pair : operators.iterate(value)) {
          List<Value> two = operators.iterate(pair);
          if (two.size() != 2) {
            throw new Fault(name + " needs pairs of key and value");
          }
          entries.put(Dict.key(two.get(0)), two.get(1));
        }
      }
    }
    arguments.named().forEach((key, value) -> entries.put(Text.trusted(key), value));
    return entries;
  }

  private Value raise(Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").need("message");
    throw new RaisedException(new Printer(budget).text(message).chars());
  }

  private static String format(String pattern, LocalDateTime now) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        out.append(c);
        continue;
      }
      boolean unpadded = pattern.charAt(i + 1) == '-' && i + 2 < pattern.length();
      i += unpadded ? 2 : 1;
      String field = field(pattern.charAt(i), now);
      out.append(unpadded ? field.replaceFirst("^0+(?=.)", "") : field);
    }
    return out.toString();
  }

  private static String field(char code, LocalDateTime now) {
    String pattern =
        switch (code) {
          case 'Y' -> "uuuu";
          case 'y' -> "uu";
          case 'm' -> "MM";
          case 'd' -> "dd";
          case 'B' -> "MMMM";
          case 'b', 'h' -> "MMM";
          case 'A' -> "EEEE";
          case 'a' -> "EEE";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'M' -> "mm";
          case 'S' -> "ss";
          case 'p' -> "a";
          case 'j' -> "DDD";
          case 'F' -> "uuuu-MM-dd";
          case 'T' -> "HH:mm:ss";
          case 'D' -> "MM/dd/uu";
          case 'R' -> "HH:mm";
          case '%' -> "'%'";
          case 'n' -> "'\n'";
          case 't' -> "'\t'";
          default -> throw new Fault("strftime_now does not know %" + code);
        };
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(now);
  }
}
