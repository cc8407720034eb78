package dev.kedge.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
  private static final List<String> CONTROL =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  @Test
  void frequentWordsBecomeOneTokenAndTheirSpaceIsMergedLast() {
    BpeVocabulary vocabulary =
        BpeTrainer.of(400, CONTROL).train(List.of("the cat and the dog and the cat", "the cat"));
    Tokenizer tokenizer = vocabulary.tokenizer();
    assertThat(spellings(tokenizer, "the cat")).containsExactly("the", "Ġcat");
    int word = vocabulary.merges().indexOf("t he") + vocabulary.merges().indexOf("th e") + 1;
    assertThat(vocabulary.merges().indexOf("Ġ the")).isGreaterThan(word);
  }

  @Test
  void aRareNameHasTheSameTokensAtTheStartOfAStringAndWithinASentence() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      texts.add("the order of Mertens is late and Merten wrote to Martens " + i);
      texts.add("{\"name\":\"Mertens\"}");
    }
    List<String> sentence = lateAndEarly(texts, true, "wrote Mertel");
    List<String> start = lateAndEarly(texts, true, "Mertel");
    assertThat(sentence.subList(sentence.size() - start.size(), sentence.size())).isEqualTo(start);
    assertThat(sentence.get(sentence.size() - start.size() - 1)).isEqualTo("Ġ");
    // Without the rule the space is merged early, which is what the rule is for.
    List<String> early = lateAndEarly(texts, false, "wrote Mertel");
    assertThat(early).doesNotContain("Ġ");
  }

  private static List<String> lateAndEarly(List<String> texts, boolean late, String text) {
    BpeTrainer trainer = new BpeTrainer(360, "qwen2", CONTROL, late, 2);
    return spellings(trainer.train(texts).tokenizer(), text);
  }

  @Test
  void theOrderOfTheTextsDoesNotMatter() {
    List<String> texts = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) texts.add(RandomTexts.words(random, 12));
    BpeVocabulary first = BpeTrainer.of(500, CONTROL).train(texts);
    Collections.shuffle(texts, random);
    BpeVocabulary second = BpeTrainer.of(500, CONTROL).train(texts);
    assertThat(second.tokens()).isEqualTo(first.tokens());
    assertThat(second.merges()).isEqualTo(first.merges());
  }

  @Test
  void ofEquallyFrequentPairsTheLowerBytesWin() {
    BpeVocabulary vocabulary =
        new BpeTrainer(258, "gpt-2", List.of(), true, 2).train(List.of("zy zy", "ab ab"));
    assertThat(vocabulary.merges()).containsExactly("a b", "z y");
  }

  @Test
  void countsKeptUpToDateEqualCountsFromScratch() {
    Random random = new Random(11);
    for (int round = 0; round < 8; round++) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 30; i++) texts.add(RandomTexts.words(random, 8));
      for (boolean late : new boolean[] {true, false}) {
        BpeVocabulary vocabulary = new BpeTrainer(330, "qwen2", List.of(), late, 2).train(texts);
        assertThat(vocabulary.merges()).isEqualTo(SlowTraining.merges(texts, late, 330));
      }
    }
  }

  @Test
  void allBytesAndTheControlTokensAreThere() {
    BpeVocabulary vocabulary = BpeTrainer.of(300, CONTROL).train(List.of());
    assertThat(vocabulary.size()).isEqualTo(259);
    Tokenizer tokenizer = vocabulary.tokenizer();
    assertThat(tokenizer.decode(tokenizer.encode("añ🦙\u0000", false, false)))
        .isEqualTo("añ🦙\u0000");
    int end = vocabulary.control("<|im_end|>").orElseThrow();
    assertThat(tokenizer.isControl(end)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(end)).isTrue();
    assertThat(tokenizer.endOfText()).hasValue(end);
    assertThat(tokenizer.encode("a<|im_end|>", false, true)).containsExactly(97, end);
  }

  @Test
  void controlTokensInTextsAreNotLearned() {
    BpeVocabulary vocabulary =
        BpeTrainer.of(400, CONTROL).train(Collections.nCopies(50, "<|im_start|>x<|im_end|>"));
    assertThat(vocabulary.merges()).isEmpty();
  }

  @Test
  void wrongOptionsAreRefused() {
    assertThatThrownBy(() -> BpeTrainer.of(258, CONTROL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("258");
    assertThatThrownBy(() -> BpeTrainer.of(300, List.of("<a>", "<a>")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> new BpeTrainer(300, "nope", List.of(), true, 2).train(List.of("a")))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("qwen2");
  }

  private static List<String> spellings(Tokenizer tokenizer, String text) {
    List<String> spellings = new ArrayList<>();
    for (int id : tokenizer.encode(text, false, false)) spellings.add(tokenizer.spelling(id));
    return spellings;
  }
}
