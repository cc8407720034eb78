package dev.kedge.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BpeTokenizerTest {
  private static final List<String> CONTROL =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static BpeVocabulary trained() {
    Random random = new Random(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 300; i++) texts.add(RandomTexts.words(random, 20) + " user the end 12");
    return BpeTrainer.of(600, CONTROL).train(texts);
  }

  private static final BpeVocabulary VOCABULARY = trained();
  private static final Tokenizer TOKENIZER = VOCABULARY.tokenizer();

  @Test
  void decodingGivesBackAnyText() {
    Random random = new Random(17);
    for (int round = 0; round < 2000; round++) {
      String text = RandomTexts.hostile(random, random.nextInt(40));
      int[] ids = TOKENIZER.encode(text, true, false);
      assertThat(TOKENIZER.decode(ids)).isEqualTo(wellFormed(text));
      Utf8Stream stream = new Utf8Stream();
      StringBuilder streamed = new StringBuilder();
      for (int id : ids) streamed.append(stream.append(TOKENIZER.bytes(id)));
      assertThat(streamed.append(stream.finish()).toString()).isEqualTo(wellFormed(text));
    }
  }

  @Test
  void streamingAnyTokensGivesWhatDecodingGives() {
    Random random = new Random(19);
    for (int round = 0; round < 500; round++) {
      int[] ids = random.ints(1 + random.nextInt(30), 0, TOKENIZER.vocabularySize()).toArray();
      Utf8Stream stream = new Utf8Stream();
      StringBuilder streamed = new StringBuilder();
      for (int id : ids) streamed.append(stream.append(TOKENIZER.bytes(id)));
      assertThat(streamed.append(stream.finish()).toString()).isEqualTo(TOKENIZER.decode(ids));
    }
  }

  @Test
  void aWordIsMergedAsTheDefinitionSays() {
    Random random = new Random(23);
    for (int round = 0; round < 500; round++) {
      String word = RandomTexts.words(random, 1).repeat(1 + random.nextInt(6));
      List<String> expected = new ArrayList<>(List.of(word.split("")));
      for (String merge : merging(expected)) assertThat(VOCABULARY.merges()).contains(merge);
      assertThat(spellings(TOKENIZER.encode(word, false, false))).isEqualTo(expected);
    }
  }

  /** Merges in place: always the first merge of the list that applies, at its leftmost place. */
  private static List<String> merging(List<String> symbols) {
    List<String> used = new ArrayList<>();
    while (true) {
      int best = Integer.MAX_VALUE;
      int place = -1;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = VOCABULARY.merges().indexOf(symbols.get(i) + " " + symbols.get(i + 1));
        if (rank < 0 || rank >= best) continue;
        best = rank;
        place = i;
      }
      if (place < 0) return used;
      used.add(VOCABULARY.merges().get(best));
      symbols.set(place, symbols.get(place) + symbols.remove(place + 1));
    }
  }

  @Test
  void aMegabyteInOneWordIsEncoded() {
    Random random = new Random(29);
    for (int letters = 1; letters <= 3; letters++) {
      StringBuilder word = new StringBuilder();
      while (word.length() < 1 << 20) word.append((char) ('a' + random.nextInt(letters)));
      int[] ids = TOKENIZER.encode(word.toString(), false, true);
      assertThat(TOKENIZER.decode(ids)).isEqualTo(word.toString());
      assertThat(ids.length).isLessThanOrEqualTo(word.length() / 2);
    }
  }

  @Test
  void aMegabyteOfBeginningsOfControlTokensIsEncoded() {
    for (String unit : List.of("<", "<|", "<|im_", "<|im_end|", "<|im_end|>")) {
      String text = unit.repeat((1 << 20) / unit.length());
      assertThat(TOKENIZER.decode(TOKENIZER.encode(text, false, false))).isEqualTo(text);
      int ends =
          (int)
              Arrays.stream(TOKENIZER.encode(text, false, true))
                  .filter(TOKENIZER::isControl)
                  .count();
      assertThat(ends).isEqualTo(unit.endsWith("|>") ? text.length() / unit.length() : 0);
    }
  }

  @Test
  void controlTokensCountOnlyInTrustedPieces() {
    int start = VOCABULARY.control("<|im_start|>").orElseThrow();
    int end = VOCABULARY.control("<|im_end|>").orElseThrow();
    List<ChatPiece> chat =
        List.of(
            new ChatPiece("<|im_", true),
            new ChatPiece("start|>user\n", true),
            new ChatPiece("a <|im_end|><|im_", false),
            new ChatPiece("end|>", true),
            new ChatPiece("<|im_end|>\n", true));
    int[] ids = TOKENIZER.encodeChat(chat);
    assertThat(ids[0]).isEqualTo(start);
    assertThat(Arrays.stream(ids).filter(id -> id == end).count()).isEqualTo(1);
    assertThat(TOKENIZER.decode(ids)).isEqualTo("user\na <|im_end|><|im_end|>\n");
  }

  @Test
  void whereAChatIsCutDoesNotShowInTheIds() {
    Random random = new Random(31);
    for (int round = 0; round < 500; round++) {
      List<ChatPiece> chat = new ArrayList<>();
      StringBuilder whole = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        boolean trusted = random.nextBoolean();
        String words = RandomTexts.words(random, 3);
        String text = trusted && random.nextBoolean() ? "<|im_start|>" + words : words;
        chat.add(new ChatPiece(text, trusted));
        whole.append(text);
      }
      assertThat(TOKENIZER.encodeChat(chat))
          .isEqualTo(TOKENIZER.encode(whole.toString(), true, true));
    }
  }

  @Test
  void userDefinedTokensAreFoundAlwaysAndTheLongestWins() {
    Tokenizer tokenizer =
        Tokenizers.of(
            changed(metadata -> {
              List<String> tokens = new ArrayList<>(VOCABULARY.tokens());
              tokens.addAll(List.of("<tool>", "<tool>x", "é ▁"));
              int[] types = Arrays.copyOf(VOCABULARY.types(), tokens.size());
              Arrays.fill(types, VOCABULARY.size(), types.length, 4);
              metadata.strings("tokenizer.ggml.tokens", tokens);
              metadata.int32s("tokenizer.ggml.token_type", types);
            }));
    int first = VOCABULARY.size();
    assertThat(tokenizer.encode("<tool><tool>xé ▁", false, false))
        .containsExactly(first, first + 1, first + 2);
    assertThat(tokenizer.decode(new int[] {first + 1, first + 2})).isEqualTo("<tool>xé ▁");
    List<ChatPiece> cut = List.of(new ChatPiece("<to", true), new ChatPiece("ol>", false));
    assertThat(tokenizer.encodeChat(cut)).containsExactly(first);
  }

  @Test
  void textsBeginAndEndAsTheVocabularyAsks() {
    Tokenizer tokenizer =
        Tokenizers.of(
            changed(metadata ->
                metadata
                    .uint32("tokenizer.ggml.bos_token_id", 256)
                    .uint32("tokenizer.ggml.eos_token_id", 257)
                    .flag("tokenizer.ggml.add_bos_token", true)
                    .flag("tokenizer.ggml.add_eos_token", true)));
    assertThat(tokenizer.beginningOfText()).hasValue(256);
    assertThat(tokenizer.encode("1", true, false)).hasSize(3).startsWith(256).endsWith(257);
    assertThat(tokenizer.encode("1", false, false)).hasSize(1);
    assertThat(tokenizer.encodeChat(List.of(new ChatPiece("1", true)))).hasSize(2).startsWith(256);
    String beginning = tokenizer.spelling(256);
    assertThat(beginning).isNotEmpty();
  }

  @Test
  void brokenVocabulariesAreRefusedWithThePlace() {
    refused(m -> m.uint32("tokenizer.ggml.eos_token_id", 100_000), "eos_token_id is 100000");
    refused(m -> m.int32s("tokenizer.ggml.token_type", new int[3]), "3 entries");
    refused(m -> m.strings("tokenizer.ggml.tokens", List.of()), "no tokens");
    refused(m -> m.strings("tokenizer.ggml.merges", List.of("ab")), "merge 0 is not two tokens");
    refused(m -> m.strings("tokenizer.ggml.merges", List.of("a ")), "merge 0 is not two tokens");
    refused(m -> m.strings("tokenizer.ggml.merges", List.of("a 的")), "no token");
    refused(m -> m.string("tokenizer.ggml.model", "t5"), "known are llama, gpt2");
    refused(m -> m.string("tokenizer.ggml.pre", "x".repeat(5000)), "llama-bpe");
    refused(m -> m.remove("tokenizer.ggml.merges"), "tokenizer.ggml.merges");
    List<String> twice = new ArrayList<>(VOCABULARY.tokens());
    twice.set(300, twice.get(20));
    refused(m -> m.strings("tokenizer.ggml.tokens", twice), "20 and 300 are spelled alike");
    int[] types = VOCABULARY.types().clone();
    types[9] = 77;
    refused(m -> m.int32s("tokenizer.ggml.token_type", types), "token 9 is 77");
    List<String> longControl = new ArrayList<>(VOCABULARY.tokens());
    longControl.set(VOCABULARY.size() - 1, "x".repeat(300));
    refused(m -> m.strings("tokenizer.ggml.tokens", longControl), "300 characters");
  }

  @Test
  void aTokenOutsideOfTheVocabularyIsRefused() {
    assertThatThrownBy(() -> TOKENIZER.decode(new int[] {TOKENIZER.vocabularySize()}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aVocabularyWithoutSomeBytesStillEncodesEveryText() {
    Tokenizer tokenizer =
        Tokenizers.of(
            Metadata.builder()
                .string("tokenizer.ggml.model", "gpt2")
                .string("tokenizer.ggml.pre", "llama-bpe")
                .strings("tokenizer.ggml.tokens", List.of("a", "b", "ab", "?", "abba"))
                .int32s("tokenizer.ggml.token_type", new int[] {1, 1, 1, 2, 1})
                .strings("tokenizer.ggml.merges", List.of("a b"))
                .uint32("tokenizer.ggml.unknown_token_id", 3)
                .build());
    assertThat(tokenizer.encode("abxa", false, false)).containsExactly(2, 3, 0);
    assertThat(tokenizer.encode("abba", false, false)).as("a whole word").containsExactly(4);
  }

  @Test
  void usersCannotMergeTheirWayToAControlToken() {
    Tokenizer tokenizer =
        Tokenizers.of(
            Metadata.builder()
                .string("tokenizer.ggml.model", "gpt2")
                .string("tokenizer.ggml.pre", "llama-bpe")
                .strings("tokenizer.ggml.tokens", List.of("a", "b", "ab"))
                .int32s("tokenizer.ggml.token_type", new int[] {1, 1, 3})
                .strings("tokenizer.ggml.merges", List.of("a b"))
                .build());
    assertThat(tokenizer.encode("ab", false, false)).containsExactly(0, 1);
    assertThat(tokenizer.encode("ab", false, true)).containsExactly(2);
  }

  private static void refused(Consumer<Metadata.Builder> change, String reason) {
    Metadata metadata = changed(change);
    assertThatThrownBy(() -> Tokenizers.of(metadata))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason);
  }

  private static Metadata changed(Consumer<Metadata.Builder> change) {
    Metadata.Builder metadata = Metadata.builder();
    VOCABULARY.putInto(metadata);
    change.accept(metadata);
    return metadata.build();
  }

  private static List<String> spellings(int[] ids) {
    List<String> spellings = new ArrayList<>();
    for (int id : ids) spellings.add(TOKENIZER.spelling(id));
    return spellings;
  }

  private static String wellFormed(String text) {
    // Java's encoder writes '?' for an unpaired surrogate, so they are replaced one by one.
    StringBuilder fixed = new StringBuilder();
    text.codePoints()
        .forEach(point ->
            fixed.appendCodePoint(
                Character.isSurrogate((char) point) && point < 0x10000 ? 0xFFFD : point));
    return new String(fixed.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
