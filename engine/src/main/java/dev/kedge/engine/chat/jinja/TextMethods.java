package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** The methods of a string. */
final class TextMethods {
  private final Budget budget;
  private final Operators operators;
  private final Text self;

  TextMethods(Budget budget, Operators operators, Text self) {
    this.budget = budget;
    this.operators = operators;
    this.self = self;
  }

  static List<Value> characters(Budget budget, Text text) {
    budget.steps(text.length());
    budget.characters(text.length());
    List<Value> characters = new ArrayList<>(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = i + Character.charCount(text.chars().codePointAt(i));
      characters.add(text.slice(i, end));
      i = end;
    }
    return characters;
  }

  Optional<Value> find(String name) {
    Value.Function function =
        switch (name) {
          case "strip" -> arguments -> strip(chars(arguments, name), true, true);
          case "lstrip" -> arguments -> strip(chars(arguments, name), true, false);
          case "rstrip" -> arguments -> strip(chars(arguments, name), false, true);
          case "split", "rsplit" -> arguments -> split(name, arguments);
          case "splitlines" ->
              arguments -> list(lines(arguments.bind(name, "keepends").flag("keepends", false)));
          case "startswith", "endswith" ->
              arguments -> affix(name, arguments.bind(name, "prefix").need("prefix"));
          case "removeprefix" ->
              arguments -> {
                Text part = arguments.bind(name, "prefix").text("prefix");
                return cut(
                    self.chars().startsWith(part.chars()) ? part.length() : 0, self.length());
              };
          case "removesuffix" ->
              arguments -> {
                Text part = arguments.bind(name, "suffix").text("suffix");
                return cut(
                    0, self.length() - (self.chars().endsWith(part.chars()) ? part.length() : 0));
              };
          case "replace" ->
              arguments -> {
                var bound = arguments.bind(name, "old", "new", "count");
                return replace(bound.text("old"), bound.text("new"), bound.integer("count", -1));
              };
          case "upper" -> arguments -> noArguments(arguments, name).upper();
          case "lower" -> arguments -> noArguments(arguments, name).lower();
          case "title" -> arguments -> noArguments(arguments, name).title();
          case "capitalize" -> arguments -> noArguments(arguments, name).capitalize();
          case "join" -> arguments -> join(arguments.bind(name, "iterable").need("iterable"));
          case "find", "rfind", "index" ->
              arguments -> search(name, arguments.bind(name, "sub").text("sub"));
          case "count" -> arguments -> count(arguments.bind(name, "sub").text("sub"));
          case "isdigit" -> arguments -> noArguments(arguments, name).all(Character::isDigit);
          case "isalpha" -> arguments -> noArguments(arguments, name).all(Character::isLetter);
          case "isalnum" ->
              arguments -> noArguments(arguments, name).all(Character::isLetterOrDigit);
          case "isspace" -> arguments -> noArguments(arguments, name).all(Characters::isSpace);
          case "isupper" -> arguments -> Value.Bool.of(noArguments(arguments, name).isUpper());
          case "islower" -> arguments -> Value.Bool.of(noArguments(arguments, name).isLower());
          default -> arguments -> Value.Nothing.NONE;
        };
    return KNOWN.contains(name) ? Optional.of(function) : Optional.empty();
  }

  private static final List<String> KNOWN =
      List.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "removeprefix",
          "removesuffix",
          "replace",
          "upper",
          "lower",
          "title",
          "capitalize",
          "join",
          "find",
          "rfind",
          "index",
          "count",
          "isdigit",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower");

  private TextMethods noArguments(Arguments arguments, String name) {
    arguments.bind(name);
    budget.steps(self.length() >> 8);
    return this;
  }

  private Value list(List<Value> items) {
    return Sequence.list(budget, items);
  }

  private Text cut(int from, int to) {
    budget.characters(Math.max(0, to - from));
    return self.slice(from, to);
  }

  private Optional<Text> chars(Arguments arguments, String name) {
    var bound = arguments.bind(name, "chars");
    return bound.given("chars") ? Optional.of(bound.text("chars")) : Optional.empty();
  }

  /** Strips these characters, or white space, from one or both ends. */
  Text strip(Optional<Text> chars, boolean left, boolean right) {
    String all = self.chars();
    IntPredicate goes =
        chars.isPresent() ? c -> chars.get().chars().indexOf(c) >= 0 : Characters::isSpace;
    chars.ifPresent(set -> operators.paySearch(self, set));
    int from = 0;
    int to = all.length();
    while (left && from < to && goes.test(all.codePointAt(from))) {
      from += Character.charCount(all.codePointAt(from));
    }
    while (right && to > from && goes.test(all.codePointBefore(to))) {
      to -= Character.charCount(all.codePointBefore(to));
    }
    return cut(from, to);
  }

  private Value split(String name, Arguments arguments) {
    var bound = arguments.bind(name, "sep", "maxsplit");
    long most = bound.integer("maxsplit", -1);
    long limit = most < 0 ? Long.MAX_VALUE : most;
    boolean fromRight = name.equals("rsplit");
    if (bound.given("sep")) {
      Text separator = bound.text("sep");
      if (separator.isEmpty()) {
        throw new Fault(name + ": the separator is empty");
      }
      operators.paySearch(self, separator);
      return list(
          fromRight ? splitRight(separator.chars(), limit) : splitLeft(separator.chars(), limit));
    }
    if (fromRight && most >= 0) {
      throw new Fault("rsplit with maxsplit needs a separator");
    }
    return list(splitSpace(limit));
  }

  private List<Value> splitLeft(String separator, long limit) {
    List<Value> parts = new ArrayList<>();
    int from = 0;
    int at;
    while (parts.size() < limit && (at = self.chars().indexOf(separator, from)) >= 0) {
      budget.steps(1);
      parts.add(cut(from, at));
      from = at + separator.length();
    }
    parts.add(cut(from, self.length()));
    return parts;
  }

  private List<Value> splitRight(String separator, long limit) {
    List<Value> parts = new ArrayList<>();
    int to = self.length();
    int at;
    while (parts.size() < limit
        && (at = self.chars().lastIndexOf(separator, to - separator.length())) >= 0
        && to >= separator.length()) {
      budget.steps(1);
      parts.add(cut(at + separator.length(), to));
      to = at;
    }
    parts.add(cut(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private List<Value> splitSpace(long limit) {
    List<Value> parts = new ArrayList<>();
    String all = self.chars();
    int at = 0;
    while (true) {
      while (at < all.length() && Characters.isSpace(all.charAt(at))) {
        at++;
      }
      if (at == all.length()) {
        return parts;
      }
      budget.steps(1);
      int end = at;
      if (parts.size() >= limit) {
        // Python keeps the trailing white space of the rest.
        end = all.length();
      }
      while (end < all.length() && !Characters.isSpace(all.charAt(end))) {
        end++;
      }
      parts.add(cut(at, end));
      at = end;
    }
  }

  List<Value> lines(boolean keepEnds) {
    List<Value> lines = new ArrayList<>();
    String all = self.chars();
    int from = 0;
    for (int i = 0; i < all.length(); i++) {
      if (Characters.isLineEnd(all.charAt(i))) {
        budget.steps(1);
        int end = all.startsWith("\r\n", i) ? i + 2 : i + 1;
        lines.add(cut(from, keepEnds ? end : i));
        from = end;
        i = end - 1;
      }
    }
    if (from < all.length()) {
      lines.add(cut(from, all.length()));
    }
    return lines;
  }

  private Value affix(String name, Value part) {
    if (part instanceof Text text) {
      return Value.Bool.of(
          name.equals("startswith")
              ? self.chars().startsWith(text.chars())
              : self.chars().endsWith(text.chars()));
    }
    if (part instanceof Sequence sequence && sequence.shape() == Sequence.Shape.TUPLE) {
      for (Value item : sequence.items()) {
        budget.steps(1);
        if (item instanceof Text && affix(name, item) == Value.Bool.TRUE) {
          return Value.Bool.TRUE;
        }
      }
      return Value.Bool.FALSE;
    }
    throw new Fault(name + " needs a string, not " + part.kind());
  }

  Text replace(Text old, Text replacement, long count) {
    operators.paySearch(self, old);
    TextBuilder out = new TextBuilder(budget);
    long left = count < 0 ? Long.MAX_VALUE : count;
    int from = 0;
    if (old.isEmpty()) {
      for (Value character : characters(budget, self)) {
        if (left-- > 0) {
          out.append(replacement);
        }
        out.append((Text) character);
      }
      return left > 0 ? out.append(replacement).build() : out.build();
    }
    int at;
    while (left-- > 0 && (at = self.chars().indexOf(old.chars(), from)) >= 0) {
      budget.steps(1);
      out.append(self.slice(from, at)).append(replacement);
      from = at + old.length();
    }
    return out.append(self.slice(from, self.length())).build();
  }

  private Text eachRun(UnaryOperator<String> change) {
    TextBuilder out = new TextBuilder(budget);
    self.forEachRun((from, to, trusted) -> {
      String changed = change.apply(self.chars().substring(from, to));
      out.append(changed, 0, changed.length(), trusted);
    });
    return out.build();
  }

  Text upper() {
    return eachRun(part -> part.toUpperCase(Locale.ROOT));
  }

  Text lower() {
    return eachRun(part -> part.toLowerCase(Locale.ROOT));
  }

  Text capitalize() {
    String all = self.chars();
    if (all.isEmpty()) {
      return self;
    }
    budget.characters(all.length());
    int first = all.offsetByCodePoints(0, 1);
    String title = Character.toString(Character.toTitleCase(all.codePointAt(0)));
    String upper = title.toUpperCase(Locale.ROOT);
    if (upper.length() > title.length()) {
      // A letter whose capital is several letters, such as sharp s.
      title = upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
    }
    return self.with(title + all.substring(first).toLowerCase(Locale.ROOT));
  }

  private Text title() {
    budget.characters(self.length());
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < self.length(); ) {
      int c = self.chars().codePointAt(i);
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Characters.isCased(c);
      i += Character.charCount(c);
    }
    return self.with(out.toString());
  }

  private Value join(Value parts) {
    TextBuilder out = new TextBuilder(budget);
    boolean first = true;
    for (Value part : operators.iterate(parts)) {
      if (!(part instanceof Text text)) {
        throw new Fault("join: every element must be a string, not " + part.kind());
      }
      if (!first) {
        out.append(self);
      }
      out.append(text);
      first = false;
    }
    return out.build();
  }

  private Value search(String name, Text part) {
    operators.paySearch(self, part);
    String all = self.chars();
    int at = name.equals("rfind") ? all.lastIndexOf(part.chars()) : all.indexOf(part.chars());
    if (at < 0 && name.equals("index")) {
      throw new Fault("index: the part is not in the string");
    }
    return new Value.Int(at < 0 ? -1 : all.codePointCount(0, at));
  }

  private Value count(Text part) {
    operators.paySearch(self, part);
    if (part.isEmpty()) {
      return new Value.Int(self.chars().codePointCount(0, self.length()) + 1L);
    }
    long count = 0;
    for (int at = self.chars().indexOf(part.chars());
        at >= 0;
        at = self.chars().indexOf(part.chars(), at + part.length())) {
      count++;
    }
    return new Value.Int(count);
  }

  private Value all(IntPredicate wanted) {
    return Value.Bool.of(!self.isEmpty() && self.chars().codePoints().allMatch(wanted));
  }

  boolean isUpper() {
    return self.chars().codePoints().anyMatch(Characters::isCased)
        && self.chars()
            .codePoints()
            .noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  boolean isLower() {
    return self.chars().codePoints().anyMatch(Characters::isCased)
        && self.chars()
            .codePoints()
            .noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }
}
