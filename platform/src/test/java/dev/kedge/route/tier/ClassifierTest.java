package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {
  private static final List<String> AWKWARD =
      List.of(
          "",
          " ",
          "a",
          "?\n\n",
          "Was kostet die Größe 42?",
          "日本語のテキスト、カタカナとひらがな。",
          "\ud83d\ude00 emoji \ud83d lone half",
          "```java\nint x = 3;\n```\n- one\n- two\n1. three",
          "tabs\tand\u00a0odd\u2003blanks\r\n",
          "x".repeat(Features.MOST - 1),
          "ab ".repeat(Features.MOST),
          "\u0000\u0001\u007f\uffff");

  /** Weights that differ in every slot, exact as half floats. */
  static Classifier noisy(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[FeatureRow.DIMENSIONS];
    for (int i = 0; i < weights.length; i++) weights[i] = (random.nextInt(513) - 256) / 256f;
    return new Classifier(weights, new Calibration(0.5, 0.25));
  }

  private static String randomText(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(300);
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(10);
      if (kind < 6) text.append((char) ('a' + random.nextInt(26)));
      else if (kind < 8) text.append(" .,?\n1(".charAt(random.nextInt(7)));
      else text.append((char) random.nextInt(0x10000));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aScoreIsTheProductOfTheWeightsWithTheRowThatTrainingSees(long seed) {
    Classifier classifier = noisy(seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int n = 0; n < 200; n++) {
      String text = n < AWKWARD.size() ? AWKWARD.get(n) : randomText(random);
      FeatureRow row = FeatureRow.of(text);
      double product = 0;
      for (int i = 0; i < row.slots().length; i++) {
        product += classifier.weights()[row.slots()[i]] * row.values()[i];
      }
      assertThat(classifier.score(text)).as(text).isCloseTo(product, within(1e-3));
    }
  }

  @Test
  void contributionsAddUpToTheLogOddsWithoutTheOffset() {
    Classifier classifier = noisy(7);
    for (String text : AWKWARD) {
      double sum =
          classifier.contributions(text, Integer.MAX_VALUE).stream()
              .mapToDouble(Classifier.Contribution::amount)
              .sum();
      assertThat(sum).isCloseTo(0.5 * classifier.score(text), within(1e-6));
    }
  }

  @Test
  void theLargestContributionsComeFirstUnderTheirNames() {
    List<Classifier.Contribution> parts = noisy(7).contributions("Prove the theorem", 400);
    assertThat(parts)
        .extracting(Classifier.Contribution::feature)
        .contains("word 'theorem'", "word 'the theorem'", "characters 'prove'", "constant");
    assertThat(parts)
        .extracting(part -> -Math.abs(part.amount()))
        .isSortedAccordingTo(Double::compare);
  }

  @Test
  void aHugeTextIsSeenAtItsEndsOnly() {
    String ends = "begin ".repeat(500);
    String a = ends + "x".repeat(3_000_000) + ends;
    String b = ends + "y".repeat(3_000_000) + ends;
    assertThat(noisy(1).score(a)).isEqualTo(noisy(1).score(b));
    assertThat(FeatureRow.of(a).slots()).hasSizeLessThan(5 * Features.MOST);
  }

  @Test
  void slotsAreAscendingAndEachStandsOnce() {
    for (String text : AWKWARD) {
      int[] slots = FeatureRow.of(text).slots();
      for (int i = 1; i < slots.length; i++) assertThat(slots[i]).isGreaterThan(slots[i - 1]);
    }
  }

  @Test
  void hashesUseSlotsAndSignsEvenly() {
    int[] quarters = new int[4];
    int[] signs = new int[2];
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 800; i++) words.append((char) ('a' + i % 26)).append(i * 7919L).append(' ');
    SplittableRandom random = new SplittableRandom(3);
    for (int n = 0; n < 20; n++) {
      new Features(randomText(random) + words.substring(n * 100, n * 100 + 100))
          .scan(
              new FeatureSink() {
                @Override
                public void word(int hash, int from, int to) {
                  run(hash, from, to);
                }

                @Override
                public void run(int hash, int from, int to) {
                  quarters[(hash & Features.SLOT_MASK) / (Features.SLOTS / 4)]++;
                  signs[Features.sign(hash) > 0 ? 1 : 0]++;
                }
              });
    }
    double all = signs[0] + signs[1];
    assertThat(signs[0] / all).isBetween(0.45, 0.55);
    for (int quarter : quarters) assertThat(quarter / all).isBetween(0.2, 0.3);
  }

  @Test
  void structureSeesQuestionsListsAndCode() {
    String text = "Fix this:\n```\nx = 1;\n```\n- one\n- two\n3. three\nWhy?";
    List<String> names =
        noisy(1).contributions(text, Integer.MAX_VALUE).stream()
            .map(Classifier.Contribution::feature)
            .toList();
    assertThat(names).contains("code fence", "list lines", "question marks", "ends with '?'");
    assertThat(noisy(1).contributions("plain words", Integer.MAX_VALUE))
        .extracting(Classifier.Contribution::feature)
        .doesNotContain("code fence", "list lines", "question marks", "ends with '?'");
  }
}
