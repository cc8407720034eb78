package dev.kedge.drift;

import dev.kedge.eval.score.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Says what an answer has, in time that grows with its length alone. Any thread may call.
 *
 * <p>Everything but the length is read from the first {@value Words#MOST_CHARACTERS} characters.
 */
final class Detectors {
  static final String LANGUAGE = "language: ";
  static final String KEY = "JSON key ";
  private static final int MOST_ITEMS = 1_000;
  private static final int DEEPEST = 6;

  /* No part can give back what it took, so that no text takes long. */
  private static final Pattern CITATION =
      Pattern.compile(
          "https?://[^\\s<>\"'()\\[\\]{}]++|www\\.[^\\s<>\"'()\\[\\]{}]++|\\b10\\.\\d{4,9}+/[^\\s<>\"]++"
              + "|\\[\\d{1,3}+\\]|§{1,2}+\\s{0,3}+\\d{1,6}+[a-z]?+"
              + "|\\b(?:Art|Article|Artikel|Section|Sec)\\b\\.?+\\s{1,3}+\\d{1,6}+");

  private final PhraseBook book = PhraseBook.read();

  /** What is looked for, each with its definition; languages and JSON keys come by name. */
  Map<String, String> definitions() {
    Map<String, String> all = new LinkedHashMap<>(new TreeMap<>(book.definitions()));
    all.putAll(Layout.DEFINITIONS);
    all.put("JSON", "the answer is one JSON value, perhaps in a code fence");
    all.put("number", "a word that begins with a digit");
    all.put("citation", "an address, a DOI, a number in brackets, § or Art. with a number");
    all.put("empty answer", "nothing but white space, or no answer at all");
    return all;
  }

  Marks marks(String said, Words words) {
    Set<String> traits = new TreeSet<>(book.kinds(words));
    Map<String, Set<String>> items = new TreeMap<>();
    boolean clipped = said.length() > Words.MOST_CHARACTERS;
    String text = clipped ? said.substring(0, Words.MOST_CHARACTERS) : said;
    if (said.isBlank()) traits.add("empty answer");
    Layout.find(text, traits);
    Set<String> numbers = numbers(words);
    Set<String> citations = citations(text);
    Optional<JsonNode> json = clipped ? Optional.empty() : json(text);
    items.put(Marks.NUMBERS, numbers);
    items.put(Marks.CITATIONS, citations);
    items.put(Marks.KEYS, keys(json));
    if (!numbers.isEmpty()) traits.add("number");
    if (!citations.isEmpty()) traits.add("citation");
    if (json.isPresent()) traits.add("JSON");
    for (String key : items.get(Marks.KEYS)) traits.add(KEY + key);
    // The words of a JSON value are data and have no language.
    String language = json.isPresent() ? "" : book.language(words);
    if (!language.isEmpty()) traits.add(LANGUAGE + language);
    return new Marks(traits, items, said.codePointCount(0, said.length()), count(said, words));
  }

  private static long count(String said, Words words) {
    long count = 0;
    for (int i = 0; i < words.size(); i++) if (words.isWord(i, false)) count++;
    if (said.length() <= Words.MOST_CHARACTERS) return count;
    // Of a huge answer the rest is estimated by its length.
    return Math.round((double) count * said.length() / Words.MOST_CHARACTERS);
  }

  private static Set<String> numbers(Words words) {
    Set<String> numbers = new TreeSet<>();
    for (int i = 0; i < words.size() && numbers.size() < MOST_ITEMS; i++) {
      if (words.isWord(i, true)) numbers.add(words.word(i));
    }
    return numbers;
  }

  private static Set<String> citations(String text) {
    Set<String> citations = new TreeSet<>();
    Matcher matcher = CITATION.matcher(text);
    while (citations.size() < MOST_ITEMS && matcher.find()) {
      citations.add(matcher.group().replaceAll("[.,;:!?]++$", ""));
    }
    return citations;
  }

  private static Optional<JsonNode> json(String text) {
    String inner = text.strip();
    if (inner.startsWith("```") && inner.endsWith("```") && inner.length() > 6) {
      int line = inner.indexOf('\n');
      if (line < 0) return Optional.empty();
      inner = inner.substring(line + 1, Math.max(line + 1, inner.length() - 3)).strip();
    }
    if (!inner.startsWith("{") && !inner.startsWith("[")) return Optional.empty();
    return JsonText.parse(inner);
  }

  private static Set<String> keys(Optional<JsonNode> json) {
    Set<String> keys = new TreeSet<>();
    json.ifPresent(node -> collect(node, "", 0, keys));
    return keys;
  }

  private static void collect(JsonNode node, String path, int depth, Set<String> keys) {
    if (depth > DEEPEST || keys.size() >= MOST_ITEMS) return;
    if (node.isObject()) {
      node.forEachEntry((key, value) -> {
        String here = path.isEmpty() ? key : path + "." + key;
        if (here.length() <= 200 && keys.size() < MOST_ITEMS) keys.add(here);
        collect(value, here, depth + 1, keys);
      });
    } else if (node.isArray()) {
      for (JsonNode value : node.values()) collect(value, path, depth + 1, keys);
    }
  }
}
