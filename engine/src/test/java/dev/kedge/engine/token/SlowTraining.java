package dev.kedge.engine.token;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** BPE training as the definition says it, with strings and all pairs counted for every merge. */
final class SlowTraining {
  private SlowTraining() {}

  static List<String> merges(List<String> texts, boolean late, int size) {
    List<List<String>> words = new ArrayList<>();
    for (String text : texts) {
      new WordScanner(1)
          .split(text, 0, text.length(), (from, to) -> words.add(letters(text, from, to)));
    }
    Set<String> merges = new LinkedHashSet<>();
    Set<String> tokens = new LinkedHashSet<>();
    while (256 + tokens.size() < size) {
      Map<String, Integer> counts = counts(words, late);
      String best = "";
      for (var pair : counts.entrySet()) {
        int ahead = best.isEmpty() ? 1 : pair.getValue() - counts.getOrDefault(best, 0);
        if (ahead > 0 || (ahead == 0 && lower(pair.getKey(), best))) best = pair.getKey();
      }
      if (best.isEmpty() || counts.getOrDefault(best, 0) < 2) break;
      merges.add(best);
      tokens.add(best.replace(" ", ""));
      apply(words, merges);
    }
    return List.copyOf(merges);
  }

  private static List<String> letters(String text, int from, int to) {
    List<String> letters = new ArrayList<>();
    for (char c : text.substring(from, to).toCharArray()) letters.add(c == ' ' ? "Ġ" : "" + c);
    return letters;
  }

  private static Map<String, Integer> counts(List<List<String>> words, boolean late) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> word : words) {
      boolean blank = word.stream().allMatch(symbol -> symbol.replace("Ġ", "").isEmpty());
      for (int i = 0; i + 1 < word.size(); i++) {
        boolean spaced = late && !blank && word.get(i).startsWith("Ġ");
        if (spaced && !(word.size() == 2 && word.get(i).equals("Ġ"))) continue;
        counts.merge(word.get(i) + " " + word.get(i + 1), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static boolean lower(String pair, String other) {
    return key(pair).compareTo(key(other)) < 0;
  }

  /** Spaces sort as the byte 0x20, the end of the left part before every byte. */
  private static String key(String pair) {
    return pair.replace(' ', '\u0000').replace('Ġ', ' ');
  }

  /** Earlier merges whose pair came together again come before the newest one is used. */
  private static void apply(List<List<String>> words, Set<String> merges) {
    for (List<String> word : words) {
      for (boolean again = true; again; ) {
        again = false;
        for (String merge : merges) {
          String[] parts = merge.split(" ", -1);
          for (int i = 0; i + 1 < word.size(); i++) {
            if (!word.get(i).equals(parts[0]) || !word.get(i + 1).equals(parts[1])) continue;
            word.set(i, parts[0] + parts[1]);
            word.remove(i + 1);
            again = true;
          }
        }
      }
    }
  }
}
