package dev.kedge.bench.drift;

import dev.kedge.eval.stats.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Answers made of sentences whose words are drawn with Zipf's frequencies, so that there are common
 * phrases and very many rare ones. Each case leans to some sentences, as a question does; whether a
 * sentence is said, in which of two forms, and the words in its gaps are chance.
 */
final class StockAnswers {
  private static final int SENTENCES = 60;
  private static final int WORDS = 4_000;
  private static final int GAP = -1;

  private final List<int[]> sentences = new ArrayList<>();

  StockAnswers(long seed) {
    Draws draws = new Draws(seed);
    for (int i = 0; i < SENTENCES; i++) {
      int[] sentence = new int[4 + draws.below(9)];
      for (int k = 0; k < sentence.length; k++) {
        sentence[k] = draws.below(6) == 0 ? GAP : zipf(draws);
      }
      sentences.add(sentence);
    }
  }

  private static int zipf(Draws draws) {
    return (int) Math.exp(draws.share() * Math.log(WORDS));
  }

  private static String word(int number) {
    return "w" + Integer.toString(number, 36).toLowerCase(Locale.ROOT);
  }

  /** An answer to a case; two of them differ by chance alone. */
  String answer(long place, Draws draws) {
    Draws leaning = new Draws(7_919 * place + 1);
    StringBuilder text = new StringBuilder();
    for (int[] sentence : sentences) {
      double chance = Math.pow(leaning.share(), 6);
      if (draws.share() >= chance) continue;
      for (int k = 0; k < sentence.length; k++) {
        int word = sentence[k] == GAP ? zipf(draws) : sentence[k];
        // A third of all answers use a second form of the sentence.
        if (k == 2 && draws.below(3) == 0) word += WORDS;
        text.append(k == 0 ? "" : " ").append(word(word));
      }
      text.append(". ");
    }
    return text.toString();
  }
}
