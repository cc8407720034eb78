import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A random text grammar, read from the phrase files. Immutable after loading.
 *
 * <p>A file has sections, {@code [name]}, each with one alternative a line; {@code 3*} before a
 * line makes it three times as likely, {@code #} starts a comment line. In a line, {@code (a|b|)}
 * is a choice, {@code <name>} another section, {@code {are/is}} a plural and a singular form,
 * {@code $slot} a value of the scene, and {@code _} at an end keeps a blank.
 */
final class Grammar {
  /** What a phrase is expanded with: values for the slots, and whether its subject is plural. */
  interface Slots {
    /** The value of a slot, or null if there is none. */
    String value(String slot);

    boolean plural();
  }

  private sealed interface Part {}

  private record Literal(String text) implements Part {}

  private record Slot(String name) implements Part {}

  private record Section(String name) implements Part {}

  private record Agreement(List<Part> plural, List<Part> singular) implements Part {}

  private record Choice(List<List<Part>> branches) implements Part {}

  private final Map<String, List<List<Part>>> sections = new TreeMap<>();
  private final Map<String, List<String>> lines = new TreeMap<>();

  /** Reads all phrase files of a folder, in the order of their names. */
  static Grammar read(Path folder) throws IOException {
    Grammar grammar = new Grammar();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        grammar.add(file);
      }
    }
    grammar.requireSections();
    return grammar;
  }

  private void add(Path file) throws IOException {
    String section = null;
    for (String raw : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1);
        sections.computeIfAbsent(section, _ -> new ArrayList<>());
        lines.computeIfAbsent(section, _ -> new ArrayList<>());
        continue;
      }
      if (section == null) {
        throw new IllegalArgumentException(file + ": a phrase before the first [section]");
      }
      addPhrase(section, line);
    }
  }

  private void addPhrase(String section, String line) {
    int weight = 1;
    int star = line.indexOf('*');
    if (star > 0 && star < 4 && line.substring(0, star).chars().allMatch(Character::isDigit)) {
      weight = Integer.parseInt(line.substring(0, star));
      line = line.substring(star + 1).strip();
    }
    List<Part> parts = new PhraseReader(section, line).read();
    for (int copy = 0; copy < weight; copy++) {
      sections.get(section).add(parts);
    }
    lines.get(section).add(line);
  }

  private void requireSections() {
    sections.forEach((_, phrases) -> phrases.forEach(this::requireSections));
  }

  private void requireSections(List<Part> parts) {
    for (Part part : parts) {
      switch (part) {
        case Section(String name) -> {
          if (!name.contains("$") && !has(name)) {
            throw new IllegalArgumentException("no phrases for <" + name + ">");
          }
        }
        case Choice(var branches) -> branches.forEach(this::requireSections);
        case Literal _, Slot _, Agreement _ -> {}
      }
    }
  }

  boolean has(String section) {
    return sections.containsKey(section);
  }

  /** The number of alternatives of a section, 0 if it does not exist. */
  int size(String section) {
    return has(section) ? sections.get(section).size() : 0;
  }

  /** The plain lines of a section, for word lists. */
  List<String> lines(String section) {
    List<String> found = lines.get(section);
    if (found == null) {
      throw new IllegalArgumentException("no phrases for <" + section + ">");
    }
    return found;
  }

  /** A random phrase of a section. */
  String say(String section, Slots slots, SplitMix random) {
    StringBuilder out = new StringBuilder();
    expand(section, slots, random, out);
    return out.toString();
  }

  private void expand(String section, Slots slots, SplitMix random, StringBuilder out) {
    List<List<Part>> phrases = sections.get(section);
    if (phrases == null) {
      throw new IllegalArgumentException("no phrases for <" + section + ">");
    }
    expand(random.pick(phrases), slots, random, out);
  }

  private void expand(List<Part> parts, Slots slots, SplitMix random, StringBuilder out) {
    for (Part part : parts) {
      switch (part) {
        case Literal(String text) -> out.append(text);
        case Slot(String name) -> {
          String value = slots.value(name);
          if (value == null) {
            throw new IllegalArgumentException("no value for $" + name + " in " + out);
          }
          out.append(value);
        }
        case Section(String name) -> expand(name, slots, random, out);
        case Agreement(var plural, var singular) ->
            expand(slots.plural() ? plural : singular, slots, random, out);
        case Choice(var branches) -> expand(random.pick(branches), slots, random, out);
      }
    }
  }

  /** Reads one line of a phrase file. */
  private static final class PhraseReader {
    private final String section;
    private final String line;
    private int at;

    PhraseReader(String section, String line) {
      this.section = section;
      this.line = line;
    }

    List<Part> read() {
      List<Part> parts = sequence(false);
      if (at < line.length()) {
        throw new IllegalArgumentException("[" + section + "] unexpected ) in: " + line);
      }
      return parts;
    }

    private List<Part> sequence(boolean nested) {
      List<Part> parts = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      while (at < line.length()) {
        char c = line.charAt(at);
        if (c == ')' || (nested && c == '|')) {
          break;
        }
        if ("($<{".indexOf(c) >= 0) {
          flush(text, parts);
          parts.add(special(c));
        } else {
          at++;
          text.append(c == '\\' ? escaped(line.charAt(at++)) : c == '_' ? ' ' : c);
        }
      }
      flush(text, parts);
      return List.copyOf(parts);
    }

    private static char escaped(char c) {
      return c == 'n' ? '\n' : c;
    }

    private static void flush(StringBuilder text, List<Part> parts) {
      if (!text.isEmpty()) {
        parts.add(new Literal(text.toString()));
        text.setLength(0);
      }
    }

    private Part special(char c) {
      at++;
      if (c == '$') {
        int start = at;
        while (at < line.length() && Character.isLetterOrDigit(line.charAt(at))) {
          at++;
        }
        return new Slot(line.substring(start, at));
      }
      if (c == '<') {
        return new Section(until('>'));
      }
      if (c == '{') {
        String[] forms = until('}').split("/", -1);
        return new Agreement(
            new PhraseReader(section, forms[0]).read(), new PhraseReader(section, forms[1]).read());
      }
      return choice();
    }

    private Choice choice() {
      List<List<Part>> branches = new ArrayList<>();
      branches.add(sequence(true));
      while (at < line.length() && line.charAt(at) == '|') {
        at++;
        branches.add(sequence(true));
      }
      if (at >= line.length()) {
        throw new IllegalArgumentException("[" + section + "] missing ) in: " + line);
      }
      at++;
      return new Choice(List.copyOf(branches));
    }

    private String until(char end) {
      int stop = line.indexOf(end, at);
      if (stop < 0) {
        throw new IllegalArgumentException("[" + section + "] missing " + end + " in: " + line);
      }
      String found = line.substring(at, stop);
      at = stop + 1;
      return found;
    }
  }
}
