package dev.kedge.drift;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The phrases by which kinds of sentence and languages are known; read once. Immutable. */
final class PhraseBook {
  /* Below, an answer is too short to tell its language. */
  private static final int LEAST_HITS = 3;

  private final Map<String, String> definitions = new LinkedHashMap<>();
  private final Map<String, List<Entry>> entries = new HashMap<>();
  private final Map<String, Set<String>> languages = new LinkedHashMap<>();

  private record Entry(String kind, WordPattern pattern) {}

  /** An answer's words without case and marks. */
  private record Folded(List<String> words, int[] sentences) {}

  private PhraseBook() {}

  /** The one that comes with Kedge. */
  static PhraseBook read() {
    PhraseBook book = new PhraseBook();
    String kind = "";
    for (String line : lines("phrases.txt")) {
      if (line.startsWith("[")) {
        kind = line.substring(1, line.indexOf(']'));
        book.definitions.put(kind, line.substring(line.indexOf(']') + 1).strip());
      } else {
        book.add(new Entry(kind, WordPattern.parse(line)));
      }
    }
    for (String line : lines("languages.txt")) {
      int end = line.indexOf(']');
      book.languages.put(
          line.substring(1, end), Set.of(line.substring(end + 1).strip().split("\\s+")));
    }
    return book;
  }

  private static List<String> lines(String name) {
    try (InputStream in = PhraseBook.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException(name + " is missing in this build");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(Entry entry) {
    for (String word : entry.pattern().first()) {
      entries.computeIfAbsent(word, _ -> new ArrayList<>()).add(entry);
    }
  }

  /** Kinds of sentence, each with its definition. */
  Map<String, String> definitions() {
    return Map.copyOf(definitions);
  }

  /** The kinds that an answer has. */
  Set<String> kinds(Words words) {
    Folded folded = fold(words);
    Set<String> kinds = new TreeSet<>();
    for (int i = 0; i < folded.words().size(); i++) {
      for (Entry entry : entries.getOrDefault(folded.words().get(i), List.of())) {
        if (kinds.contains(entry.kind())) continue;
        if (entry.pattern().isAt(folded.words(), folded.sentences(), i)) kinds.add(entry.kind());
      }
    }
    return kinds;
  }

  private static Folded fold(Words words) {
    List<String> folded = new ArrayList<>();
    int[] sentences = new int[words.size() + 1];
    for (int i = 0; i < words.size(); i++) {
      if (!words.isWord(i, false)) continue;
      sentences[folded.size()] = words.sentence(i);
      folded.add(words.word(i).toLowerCase(Locale.ROOT).replace('’', '\''));
    }
    return new Folded(folded, sentences);
  }

  /** The language of an answer, or its script; empty where it cannot be told. */
  String language(Words words) {
    String script = Scripts.of(words);
    if (!script.equals(Scripts.LATIN)) return script;
    Map<String, Set<String>> hits = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      if (!words.isWord(i, false)) continue;
      String word = words.word(i).toLowerCase(Locale.ROOT);
      languages.forEach((language, known) -> {
        if (known.contains(word)) {
          hits.computeIfAbsent(language, _ -> new HashSet<>()).add(word);
        }
      });
    }
    String best = "";
    int most = 0;
    int second = 0;
    for (Map.Entry<String, Set<String>> one : hits.entrySet()) {
      int count = one.getValue().size();
      if (count > most) {
        second = most;
        most = count;
        best = one.getKey();
      } else {
        second = Math.max(second, count);
      }
    }
    return most >= LEAST_HITS && most >= second + 2 ? best : "";
  }
}
