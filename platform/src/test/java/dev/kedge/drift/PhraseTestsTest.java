package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhraseTestsTest {
  private static final double LEVEL = 0.02;

  private static PhraseTests.Test test(int lost, int added, int phrases) {
    PhraseTests.Test test = new PhraseTests.Test(lost + added, PhraseSearch.p(lost, added));
    for (int i = 0; i < phrases; i++) test.addPhrase();
    return test;
  }

  /** Single words that came and went by chance, in 8 to 59 cases. */
  private static List<PhraseTests.Test> noise(int words) {
    List<PhraseTests.Test> tests = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      int changed = 8 + i % 52;
      tests.add(test(changed / 2, changed - changed / 2, 1));
    }
    return tests;
  }

  private static boolean significant(List<PhraseTests.Test> tests, PhraseTests.Test one) {
    PhraseTests all = PhraseTests.of(tests, LEVEL);
    return all.holds(one) && one.p() / all.weight(one) <= all.threshold();
  }

  @Test
  void aSentenceThatWasLostInOneCaseOfTwentyIsFoundAmongThousandsOfWords() {
    List<PhraseTests.Test> tests = noise(3_000);
    PhraseTests.Test sentence = test(13, 0, 30);
    tests.add(sentence);
    assertThat(significant(tests, sentence)).isTrue();
    // A word of the same cases is not: thousands of words could have been lost so.
    List<PhraseTests.Test> words = noise(3_000);
    PhraseTests.Test word = test(13, 0, 1);
    words.add(word);
    assertThat(significant(words, word)).isFalse();
    PhraseTests.Test more = test(20, 0, 1);
    words.add(more);
    assertThat(significant(words, more)).isTrue();
  }

  @Test
  void weightsAreOneOnAverageAndDoNotDependOnDirections() {
    List<PhraseTests.Test> tests = noise(500);
    tests.add(test(13, 0, 30));
    PhraseTests all = PhraseTests.of(tests, LEVEL);
    double sum = tests.stream().filter(all::holds).mapToDouble(all::weight).sum();
    assertThat(sum / all.size()).isEqualTo(1, within(1e-9));
    List<PhraseTests.Test> turned = noise(500);
    turned.add(test(6, 7, 30));
    PhraseTests other = PhraseTests.of(turned, LEVEL);
    assertThat(other.size()).isEqualTo(all.size());
    assertThat(other.weight(turned.getLast())).isEqualTo(all.weight(tests.getLast()));
  }

  @Test
  void testsThatCannotSucceedAreLeftOut() {
    List<PhraseTests.Test> tests = noise(3_000);
    PhraseTests all = PhraseTests.of(tests, LEVEL);
    assertThat(all.size()).isLessThan(3_000);
    assertThat(all.holds(test(8, 0, 1))).isFalse();
    assertThat(all.holds(test(59, 0, 1))).isTrue();
    assertThat(PhraseTests.of(List.of(), LEVEL).size()).isZero();
    assertThat(PhraseTests.of(List.of(), LEVEL).threshold()).isNegative();
  }
}
