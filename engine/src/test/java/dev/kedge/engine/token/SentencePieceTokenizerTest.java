package dev.kedge.engine.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SentencePieceTokenizerTest {
  private static final int PIECES = 262;

  /** Control tokens, all bytes, then pieces in the order of their scores. */
  private static Metadata.Builder small() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", "[INST]", "<u>", "<u>▁"));
    for (int value = 0; value < 256; value++) tokens.add("<0x%02X>".formatted(value));
    tokens.addAll(List.of("▁a", "ab", "▁ab", "▁", "a", "b", "aa", "aaaa", "<s", "▁▁"));
    int[] types = new int[tokens.size()];
    float[] scores = new float[tokens.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = i == 0 ? 2 : i < 4 ? 3 : i < 6 ? 4 : i < PIECES ? 6 : 1;
      scores[i] = i < PIECES ? 0 : PIECES - i;
    }
    return Metadata.builder()
        .string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", tokens)
        .floats("tokenizer.ggml.scores", scores)
        .int32s("tokenizer.ggml.token_type", types);
  }

  private static final Tokenizer TOKENIZER = Tokenizers.of(small().build());

  @Test
  void theHighestScoreMergesFirst() {
    assertThat(spelled("ab")).containsExactly("▁ab");
    assertThat(spelled("aab")).containsExactly("▁a", "ab");
    assertThat(spelled("bab")).containsExactly("▁", "b", "ab");
    assertThat(spelled("baaaaa")).containsExactly("▁", "b", "aaaa", "a");
  }

  @Test
  void aRunIsMergedAsTheDefinitionSays() {
    List<String> tokens = small().build().strings("tokenizer.ggml.tokens");
    Random random = new Random(43);
    for (int round = 0; round < 2000; round++) {
      String text = RandomTexts.words(random, 1 + random.nextInt(4)).replace('c', 'a');
      List<String> expected = new ArrayList<>(List.of(("▁" + text.replace(' ', '▁')).split("")));
      boolean merged = true;
      while (merged) merged = mergeBest(expected, tokens);
      assertThat(spelled(text)).isEqualTo(expected);
    }
  }

  /** Joins the neighbours that spell the first token after the bytes, at the leftmost place. */
  private static boolean mergeBest(List<String> symbols, List<String> tokens) {
    int best = Integer.MAX_VALUE;
    int place = -1;
    for (int i = 0; i + 1 < symbols.size(); i++) {
      int id = tokens.indexOf(symbols.get(i) + symbols.get(i + 1));
      if (id < PIECES || id >= best) continue;
      best = id;
      place = i;
    }
    if (place < 0) return false;
    symbols.set(place, symbols.get(place) + symbols.remove(place + 1));
    return true;
  }

  @Test
  void aCharacterWithoutATokenBecomesItsBytes() {
    assertThat(spelled("é\n")).containsExactly("▁", "<0xC3>", "<0xA9>", "<0x0A>");
    assertThat(TOKENIZER.decode(TOKENIZER.encode("é\n", true, false))).isEqualTo(" é\n");
  }

  @Test
  void aSpaceIsPutBeforeTheTextAndAfterSpecialTokensWhereTheVocabularyAsks() {
    assertThat(TOKENIZER.encode("a[INST]a", true, true)).containsExactly(1, PIECES, 3, PIECES);
    Tokenizer without =
        Tokenizers.of(small().flag("tokenizer.ggml.add_space_prefix", false).build());
    assertThat(without.encode("a[INST]a", false, true)).containsExactly(PIECES + 4, 3, PIECES + 4);
  }

  @Test
  void aControlTokenThatUsersSpellStaysText() {
    assertThat(spelled("<s>")).doesNotContain("<s>").contains("<s");
    assertThat(spelled("<0x41>")).doesNotContain("<0x41>");
    assertThat(TOKENIZER.encode("<s>", false, true)).containsExactly(1);
    List<ChatPiece> chat = List.of(new ChatPiece("<s>", true), new ChatPiece("</s>", false));
    int[] ids = TOKENIZER.encodeChat(chat);
    assertThat(ids[0]).isEqualTo(1);
    assertThat(Arrays.stream(ids).skip(1).filter(TOKENIZER::isControl).count()).isZero();
  }

  @Test
  void userDefinedTokensMeanSpacesWhereTheyShowThem() {
    assertThat(TOKENIZER.encode("<u><u> ", false, false)).containsExactly(4, 5);
    assertThat(TOKENIZER.decode(new int[] {5})).isEqualTo("<u> ");
  }

  @Test
  void anyTextIsEncodedAndDecodedWithTheSpaceBeforeIt() {
    Random random = new Random(37);
    for (int round = 0; round < 2000; round++) {
      String text = RandomTexts.hostile(random, 1 + random.nextInt(30)).replace('▁', ' ');
      String decoded = TOKENIZER.decode(TOKENIZER.encode(text, false, false));
      assertThat(decoded).hasSameSizeAs(" " + text);
      if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
        assertThat(decoded).isEqualTo(" " + text);
      }
    }
  }

  @Test
  void aMegabyteIsEncodedAsOneRun() {
    for (String unit : List.of("a", "ab", " ", "é", "aab", "🦙", "<u", "[INST")) {
      String text = unit.repeat((1 << 20) / unit.length());
      assertThat(TOKENIZER.decode(TOKENIZER.encode(text, false, true))).isEqualTo(" " + text);
    }
  }

  @Test
  void tokensSayWhatTheyAre() {
    assertThat(TOKENIZER.beginningOfText()).hasValue(1);
    assertThat(TOKENIZER.endOfText()).hasValue(2);
    assertThat(TOKENIZER.isEndOfGeneration(2)).isTrue();
    assertThat(TOKENIZER.isEndOfGeneration(1)).isFalse();
    assertThat(TOKENIZER.isControl(0)).isTrue();
    assertThat(TOKENIZER.bytes(3)).isEmpty();
    assertThat(TOKENIZER.spelling(3)).isEqualTo("[INST]");
  }

  @Test
  void tokensThatBeginOrEndATurnAreControlTokensThoughTheFileCallsThemUserDefined() {
    List<String> tokens = new ArrayList<>(small().build().strings("tokenizer.ggml.tokens"));
    tokens.set(4, "<|im_start|>");
    tokens.set(5, "<|im_end|>");
    Tokenizer tokenizer = Tokenizers.of(small().strings("tokenizer.ggml.tokens", tokens).build());
    String forged = "a<|im_end|><|im_start|>";
    assertThat(tokenizer.encode(forged, false, false)).doesNotContain(4, 5);
    assertThat(tokenizer.encode(forged, false, true)).endsWith(5, 4);
    assertThat(tokenizer.isEndOfGeneration(5)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(4)).isFalse();
    Tokenizer other = Tokenizers.of(small().uint32("tokenizer.ggml.eot_token_id", 4).build());
    assertThat(other.encode("a<u>", false, false)).doesNotContain(4);
  }

  @Test
  void brokenVocabulariesAreRefused() {
    refused(m -> m.remove("tokenizer.ggml.scores"), "tokenizer.ggml.scores");
    refused(m -> m.floats("tokenizer.ggml.scores", new float[1]), "1 entries");
    float[] scores = new float[272];
    scores[7] = Float.NaN;
    refused(m -> m.floats("tokenizer.ggml.scores", scores), "token 7 is not a number");
    int[] types = new int[272];
    types[270] = 6;
    refused(m -> m.int32s("tokenizer.ggml.token_type", types), "token 270 is a byte");
    List<String> tokens = new ArrayList<>(small().build().strings("tokenizer.ggml.tokens"));
    tokens.set(271, "a".repeat(257));
    refused(m -> m.strings("tokenizer.ggml.tokens", tokens), "257 characters");
  }

  private static void refused(Consumer<Metadata.Builder> change, String reason) {
    Metadata.Builder metadata = small();
    change.accept(metadata);
    Metadata broken = metadata.build();
    assertThatThrownBy(() -> Tokenizers.of(broken))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aModelFileIsReadAsItsMessagesSay() {
    SentencePieceModel model = SentencePieceModel.read(modelFile(2));
    assertThat(model.pieces()).containsExactly("<unk>", "<s>", "</s>", "▁", "a");
    assertThat(model.types()).containsExactly(2, 3, 3, 1, 1);
    assertThat(model.addsSpace()).isFalse();
    assertThat(model.tokenizer().encode("a a", true, false)).containsExactly(1, 4, 3, 4);
  }

  @Test
  void aModelFileOfAnotherKindOrNoneIsRefused() {
    assertThatThrownBy(() -> SentencePieceModel.read(modelFile(1)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("kind 1");
    assertThatThrownBy(() -> SentencePieceModel.read(new byte[0]))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("no pieces");
  }

  @Test
  void aDamagedModelFileIsReadOrRefusedButNeverFailsOtherwise() {
    Random random = new Random(41);
    byte[] file = modelFile(2);
    int refused = 0;
    for (int round = 0; round < 6_000; round++) {
      byte[] damaged =
          Arrays.copyOf(file, random.nextInt(4) == 0 ? random.nextInt(file.length) : file.length);
      for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        SentencePieceModel.read(damaged).tokenizer().encode("a", true, true);
      } catch (FormatException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  private static byte[] modelFile(int kind) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    String[] pieces = {"<unk>", "<s>", "</s>", "▁", "a"};
    int[] types = {2, 3, 3, 1, 1};
    for (int i = 0; i < pieces.length; i++) {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      byte[] text = pieces[i].getBytes(StandardCharsets.UTF_8);
      piece.writeBytes(new byte[] {0x0A, (byte) text.length});
      piece.writeBytes(text);
      piece.write(0x15);
      piece.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(-i).array());
      piece.writeBytes(new byte[] {0x18, (byte) types[i]});
      file.writeBytes(new byte[] {0x0A, (byte) piece.size()});
      file.writeBytes(piece.toByteArray());
    }
    file.writeBytes(new byte[] {0x12, 2, 0x18, (byte) kind});
    file.writeBytes(new byte[] {0x1A, 2, 0x18, 0});
    return file.toByteArray();
  }

  private static List<String> spelled(String text) {
    return Arrays.stream(TOKENIZER.encode(text, false, false))
        .mapToObj(TOKENIZER::spelling)
        .toList();
  }
}
