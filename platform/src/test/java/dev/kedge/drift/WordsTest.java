package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static List<String> words(String text) {
    Words words = Words.of(text);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) all.add(words.word(i));
    return all;
  }

  private static int sentences(String text) {
    Words words = Words.of(text);
    int sentences = words.size() == 0 ? 0 : 1;
    for (int i = 1; i < words.size(); i++) {
      if (words.sentence(i) != words.sentence(i - 1)) sentences++;
    }
    return sentences;
  }

  @Test
  void wordsKeepTheirApostrophesHyphensAndNumbersTheirPoints() {
    assertThat(words("Don't e-mail 1,000.50 to us."))
        .containsExactly("Don't", "e-mail", "1,000.50", "to", "us", ".");
    assertThat(words("l’été -- 3.")).containsExactly("l’été", "-", "-", "3", ".");
  }

  @Test
  void signsOfScriptsWithoutBlanksAreWordsOfTheirOwn() {
    assertThat(words("東京です。")).containsExactly("東", "京", "で", "す", "。");
    assertThat(words("שלום עולם!")).containsExactly("שלום", "עולם", "!");
  }

  @Test
  void sentencesEndAtLinesAndAtPointsBeforeBlanks() {
    assertThat(sentences("One. Two! Three? \"Four.\" Five")).isEqualTo(5);
    assertThat(sentences("3.5 kg of v1.2")).isEqualTo(1);
    assertThat(sentences("a\nb\r\nc")).isEqualTo(3);
    assertThat(sentences("")).isZero();
  }

  @Test
  void composedAndDecomposedLettersAreTheSameWord() {
    assertThat(Words.of("caf\u00e9").hash(0)).isEqualTo(Words.of("cafe\u0301").hash(0));
    assertThat(Words.of("Cafe").hash(0)).isNotEqualTo(Words.of("cafe").hash(0));
  }

  @Test
  void anySequenceOfCharactersIsReadWithinItsBounds() {
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(200);
      for (int i = 0; i < length; i++) {
        // Lone surrogates, controls, right-to-left marks and everything else.
        text.append((char) (random.nextBoolean() ? random.nextInt(0x10000) : random.nextInt(128)));
      }
      Words words = Words.of(text.toString());
      for (int i = 0; i < words.size(); i++) assertThat(words.word(i)).isNotEmpty();
    }
  }

  @Test
  void ofAHugeTextOnlyTheBeginningIsRead() {
    assertThat(words("a ".repeat(10_000_000))).hasSize(Words.MOST_CHARACTERS / 2);
    String odd = "a".repeat(Words.MOST_CHARACTERS - 1) + "\uD83D\uDE00";
    assertThat(words(odd)).containsExactly("a".repeat(Words.MOST_CHARACTERS - 1));
  }
}
