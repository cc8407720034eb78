package dev.kedge.gate;

import dev.kedge.eval.run.RunCase;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A phrase that must stand in every answer as often as it did, character by character: one word
 * more or less in it, another case, another blank or another kind of quotation mark is a change and
 * fails. What differs only so is told apart, because people read it otherwise. Where in the answer
 * the phrase stands, and what stands around it, does not matter.
 *
 * @param phrase as the task has it
 */
record ProtectedPhrase(String phrase) {
  private static final int EXAMPLES = 3;

  /** What became of the phrase in one case. */
  private enum Change {
    NONE,
    LOST,
    ADDED,
    SPELLED_OTHERWISE
  }

  /** Compares all answers to all cases. */
  Finding finding(RunSet current, RunSet candidate) {
    List<String> changed = new ArrayList<>();
    Map<Change, Integer> counts = new EnumMap<>(Change.class);
    long with = 0;
    for (int i = 0; i < current.cases().size(); i++) {
      List<String> before = texts(current, i);
      if (before.stream().anyMatch(text -> count(text, phrase) > 0)) with++;
      Change change = change(before, texts(candidate, i));
      counts.merge(change, 1, Integer::sum);
      if (change != Change.NONE) changed.add(current.cases().get(i).id());
    }
    String quoted = "“" + phrase + "”";
    boolean kept = changed.isEmpty();
    return new Finding(
        "protected phrase " + quoted,
        Finding.Kind.PHRASE,
        kept ? Outcome.PASS : Outcome.FAIL,
        kept ? "unchanged" : "changed",
        kept
            ? quoted + " stands in " + with + " cases, unchanged in every answer"
            : changed(quoted, changed, counts),
        Optional.empty());
  }

  private static String changed(String quoted, List<String> changed, Map<Change, Integer> counts) {
    List<String> how = new ArrayList<>();
    counts.forEach((change, count) -> {
      switch (change) {
        case LOST -> how.add("lost in " + count);
        case ADDED -> how.add("added in " + count);
        case SPELLED_OTHERWISE ->
            how.add("there but for case, white space, dashes or quotation marks in " + count);
        case NONE -> {}
      }
    });
    return quoted
        + " changed in "
        + changed.size()
        + " cases, such as "
        + String.join(", ", changed.subList(0, Math.min(EXAMPLES, changed.size())))
        + ": "
        + String.join(", ", how);
  }

  private static List<String> texts(RunSet runs, int place) {
    return runs.attempts().stream()
        .map((List<RunCase> run) -> run.get(place).reply().text())
        .toList();
  }

  private Change change(List<String> before, List<String> after) {
    for (String text : after) {
      // Any of the current model's own answers may be matched: its noise is not the candidate's.
      if (matches(before, text, phrase, Function.identity())) continue;
      if (matches(before, text, plain(phrase), ProtectedPhrase::plain)) {
        return Change.SPELLED_OTHERWISE;
      }
      int most = before.stream().mapToInt(one -> count(one, phrase)).max().orElse(0);
      return count(text, phrase) < most ? Change.LOST : Change.ADDED;
    }
    return Change.NONE;
  }

  private static boolean matches(
      List<String> before, String after, String phrase, Function<String, String> read) {
    int now = count(read.apply(after), phrase);
    return before.stream().anyMatch(text -> count(read.apply(text), phrase) == now);
  }

  private static int count(String text, String phrase) {
    int count = 0;
    for (int at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + phrase.length())) {
      count++;
    }
    return count;
  }

  /** Without case, and with one kind of blank, dash and quotation mark. */
  private static String plain(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    StringBuilder plain = new StringBuilder(composed.length());
    composed
        .codePoints()
        .forEach(c -> {
          boolean blank = Character.isWhitespace(c) || Character.isSpaceChar(c);
          if (blank) {
            boolean first = plain.isEmpty() || plain.charAt(plain.length() - 1) != ' ';
            if (first) plain.append(' ');
          } else if ("‘’‚‛`´‹›".indexOf(c) >= 0) {
            plain.append('\'');
          } else if ("“”„‟«»".indexOf(c) >= 0) {
            plain.append('"');
          } else if (Character.getType(c) == Character.DASH_PUNCTUATION) {
            plain.append('-');
          } else {
            plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }
}
