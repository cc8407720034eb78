package dev.kedge.route.train;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Examples whose truth is known: prompts of made-up words, some of which tell how hard it is. */
public final class Invented {
  private static final String[] EASY = {"greet", "spell", "copy", "colour", "weekday"};
  private static final String[] HARD = {"prove", "integral", "theorem", "quantum", "tensor"};
  private static final String[] PLAIN = {
    "please", "tell", "me", "about", "this", "one", "with", "more", "words", "and", "some", "for"
  };

  private Invented() {}

  /** How often the small model is right, by kind. */
  public record Truth(double easy, double hard, double large) {
    double mean(boolean isEasy) {
      return isEasy ? easy : hard;
    }
  }

  /** Half of the examples are easy; the group tells nothing. */
  public static ScoredData data(int count, Truth truth, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Scored> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean easy = random.nextBoolean();
      String prompt = prompt(easy, random);
      double small = random.nextDouble() < truth.mean(easy) ? 1 : 0;
      double large = random.nextDouble() < truth.large() ? 1 : 0;
      examples.add(new Scored(prompt, small, large, "", 100));
    }
    return new ScoredData(List.of("invented"), "0".repeat(64), "small-1", "large-1", examples);
  }

  static String prompt(boolean easy, SplittableRandom random) {
    StringBuilder prompt = new StringBuilder();
    String[] telling = easy ? EASY : HARD;
    int at = random.nextInt(6);
    for (int w = 0; w < 8; w++) {
      String[] from = w == at || w == at + 2 ? telling : PLAIN;
      prompt.append(from[random.nextInt(from.length)]).append(' ');
    }
    return prompt.append("number ").append(random.nextInt(1 << 30)).toString();
  }
}
