package dev.kedge.engine.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String GPT4 =
      "(?iu:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,%d}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
          + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** The published expressions, each applied to what the one before left whole. */
  private static final Map<String, List<String>> PUBLISHED =
      Map.of(
          "gpt-2", List.of(GPT2),
          "llama-bpe", List.of(GPT4.formatted(3)),
          "qwen2", List.of(GPT4.formatted(1)),
          "tekken", List.of(TEKKEN),
          "smollm", List.of("\\p{N}", GPT2),
          "default", List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]"));

  private static final Predicate<String> SPACE =
      Pattern.compile("\\p{IsWhite_Space}").asMatchPredicate();

  @Test
  void scannersCutRandomTextsAsThePublishedExpressionsDo() {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      String text = paired(RandomTexts.hostile(random, 1 + random.nextInt(24)));
      PUBLISHED.forEach((name, expressions) ->
          assertThat(words(name, text)).as(name).isEqualTo(byRegex(expressions, text)));
    }
  }

  @Test
  void everyCharacterFallsIntoTheSameClassAsInThePublishedExpressions() {
    List<String> wrong = new ArrayList<>();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) continue;
      int kinds = CharacterKind.isLetter(point) ? 1 : 0;
      kinds += CharacterKind.isNumber(point) ? 1 : 0;
      kinds += CharacterKind.isSpace(point) ? 1 : 0;
      kinds += CharacterKind.isOther(point) ? 1 : 0;
      boolean space = SPACE.test(Character.toString(point));
      if (kinds != 1 || CharacterKind.isSpace(point) != space) {
        wrong.add(Integer.toHexString(point));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void llamaGroupsThreeDigitsAndQwenNone() {
    assertThat(words("llama-bpe", "in 2024: I'LL"))
        .containsExactly("in", " ", "202", "4", ":", " I", "'LL");
    assertThat(words("qwen2", " 42")).containsExactly(" ", "4", "2");
    assertThat(words("gpt-2", " 42 I'LL")).containsExactly(" 42", " I", "'", "LL");
  }

  @Test
  void mistralsNewerVocabulariesBeginWordsAtCapitals() {
    assertThat(words("tekken", "camelCaseHTTP a/b//\n42 Été 你好A"))
        .containsExactly("camel", "Case", "HTTP", " a", "/b", "//\n", "4", "2", " Été", " 你好", "A");
    Random random = new Random(9);
    String letters = "aAéÉ你ǅʰ\u0301 1/\n.";
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 8; i++) text.append(letters.charAt(random.nextInt(letters.length())));
      assertThat(words("tekken", text.toString()))
          .isEqualTo(byRegex(List.of(TEKKEN), text.toString()));
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> PreTokenizers.named("klingon"))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("klingon")
        .hasMessageContaining("default, ")
        .hasMessageContaining("llama-bpe")
        .hasMessageContaining("qwen2");
  }

  @Test
  void aMegabyteOfAnyKindIsCutWithoutDeepCallsAndWithoutGaps() {
    for (String unit :
        List.of(
            "a", " ", "\n", " \n", "\t ", "'", "'s", "1", "½", "🦙", "é", "\r", "-=", "天", "a1",
            "\uD800")) {
      String text = unit.repeat((1 << 20) / unit.length());
      for (String name : PUBLISHED.keySet()) {
        int[] covered = {0};
        PreTokenizers.named(name)
            .splitter()
            .split(
                text,
                0,
                text.length(),
                (from, to) -> {
                  if (from == covered[0] && to > from) covered[0] = to;
                });
        assertThat(covered[0]).as("%s of %s", name, unit).isEqualTo(text.length());
      }
    }
  }

  private static List<String> words(String name, String text) {
    List<String> words = new ArrayList<>();
    PreTokenizers.named(name)
        .splitter()
        .split(text, 0, text.length(), (from, to) -> words.add(text.substring(from, to)));
    return words;
  }

  private static List<String> byRegex(List<String> expressions, String text) {
    List<String> words = List.of(text);
    for (String expression : expressions) {
      String unicode =
          expression.replace("\\s", "\\p{IsWhite_Space}").replace("\\S", "\\P{IsWhite_Space}");
      Pattern pattern = Pattern.compile(unicode);
      List<String> next = new ArrayList<>();
      for (String word : words) cut(word, pattern, next);
      words = next;
    }
    return words;
  }

  private static void cut(String word, Pattern pattern, List<String> words) {
    Matcher matcher = pattern.matcher(word);
    int gap = 0;
    while (matcher.find()) {
      if (matcher.start() > gap) words.add(word.substring(gap, matcher.start()));
      words.add(matcher.group());
      gap = matcher.end();
    }
    if (gap < word.length()) words.add(word.substring(gap));
  }

  private static String paired(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
