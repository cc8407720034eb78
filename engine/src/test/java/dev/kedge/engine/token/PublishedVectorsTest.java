package dev.kedge.engine.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The ids of llama.cpp and of Mistral's own tokenizer for real vocabularies, case by case. */
class PublishedVectorsTest {
  private static final int CASES = 46;

  @Test
  void llama2sVocabularyGivesTheIdsOfLlamaCpp() throws IOException {
    Path folder = folder("llama-spm");
    try (GgufFile file = GgufFile.open(folder.resolve("ggml-vocab-llama-spm.gguf"))) {
      check(folder, Tokenizers.of(file.metadata()));
    }
  }

  @Test
  void llama3sVocabularyGivesTheIdsOfLlamaCpp() throws IOException {
    Path folder = folder("llama-bpe");
    Metadata.Builder metadata = TokenizerJson.read(folder.resolve("tokenizer.json"), "llama-bpe");
    metadata.uint32("tokenizer.ggml.bos_token_id", 128000);
    Tokenizer tokenizer = Tokenizers.of(metadata.build());
    check(folder, tokenizer);
    assertThat(tokenizer.encode("Hello", true, false)).containsExactly(128000, 9906);
    assertThat(tokenizer.isEndOfGeneration(128009)).isTrue();
  }

  @Test
  void qwen2sVocabularyGivesTheIdsOfLlamaCpp() throws IOException {
    Path folder = folder("qwen2");
    Tokenizer tokenizer =
        Tokenizers.of(TokenizerJson.read(folder.resolve("tokenizer.json"), "qwen2").build());
    check(folder, tokenizer);
    assertThat(tokenizer.encode("<think>\n<|im_end|>", true, true))
        .containsExactly(151667, 198, 151645);
  }

  @Test
  void mistralsVocabulariesGiveTheIdsAndTextsOfItsOwnTokenizer() throws IOException {
    Path folder = folder("mistral");
    Tokenizer first = model(folder.resolve("tokenizer.model.v1"));
    Tokenizer third = model(folder.resolve("mistral_instruct_tokenizer_240323.model.v3"));
    int samples = 0;
    try (Stream<Path> files = Files.walk(folder.resolve("samples"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).sorted().toList()) {
        checkSample(file, file.endsWith("text_v1.txt") ? first : third);
        samples++;
      }
    }
    assertThat(samples).isEqualTo(13);
  }

  private static Tokenizer model(Path file) throws IOException {
    return SentencePieceModel.read(Files.readAllBytes(file)).tokenizer();
  }

  /** The samples show tokens as spelled, some with ▁, all with the space put before runs. */
  private static void checkSample(Path file, Tokenizer tokenizer) throws IOException {
    String shown = Files.readString(file).replace('▁', ' ');
    String tokens = file.toString().replace("text_", "tokens_").replace(".txt", ".json");
    int[] ids = TokenizerJson.tokens(Path.of(tokens));
    StringBuilder spelled = new StringBuilder();
    for (int id : ids) spelled.append(tokenizer.spelling(id));
    assertThat(spelled.toString().replace('▁', ' ')).isEqualTo(shown);
    List<ChatPiece> pieces = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String token = tokenizer.spelling(id);
      if (!tokenizer.isControl(id)) {
        String plain = token.replace('▁', ' ').replace("<0x0A>", "\n");
        text.append(plain);
        continue;
      }
      cut(text, pieces);
      pieces.add(new ChatPiece(token, true));
    }
    cut(text, pieces);
    assertThat(tokenizer.encodeChat(pieces)).as(file.toString()).isEqualTo(ids);
    String whole = pieces.stream().map(ChatPiece::text).collect(Collectors.joining());
    assertThat(tokenizer.encode(whole, false, true)).isEqualTo(ids);
    String decoded = shown.replaceAll("</?s>|\\[/?[A-Z_]{4,}\\]", "").replace("<0x0A>", "\n");
    if (!file.endsWith("text_v1.txt")) {
      assertThat(tokenizer.decode(ids)).isEqualTo(decoded);
    }
  }

  /** Cuts a run of text into pieces at odd places, which must not show in the ids. */
  private static void cut(StringBuilder text, List<ChatPiece> pieces) {
    int from = 1; // The space that the tokenizer adds.
    for (int length = 1; from < text.length(); length = length * 2 % 13) {
      int to = Math.min(text.length(), from + length);
      pieces.add(new ChatPiece(text.substring(from, to), false));
      from = to;
    }
    text.setLength(0);
  }

  private static void check(Path folder, Tokenizer tokenizer) throws IOException {
    String name = "ggml-vocab-" + folder.getFileName() + ".gguf";
    String[] texts =
        Files.readString(folder.resolve(name + ".inp")).split("\n__ggml_vocab_test__\n");
    List<String> expected = Files.readAllLines(folder.resolve(name + ".out"));
    assertThat(texts).hasSize(CASES);
    assertThat(expected).hasSize(CASES);
    for (int i = 0; i < CASES; i++) {
      int[] ids = tokenizer.encode(texts[i], false, false);
      assertThat(ids).as("case %d: '%s'", i, texts[i]).isEqualTo(ids(expected.get(i)));
      String leading = texts[i].isEmpty() || folder.endsWith("llama-spm") ? " " : "";
      assertThat(tokenizer.decode(ids)).isEqualTo(texts[i].isEmpty() ? "" : leading + texts[i]);
    }
  }

  private static int[] ids(String line) {
    return line.isBlank()
        ? new int[0]
        : Arrays.stream(line.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  static Path folder(String name) {
    Path folder =
        Path.of(System.getProperty("kedge.shared", "../../shared"), "data", "tokenizers", name);
    boolean there = Files.isDirectory(folder);
    if (!there) System.out.println("skipped: no published vectors in " + folder);
    Assumptions.assumeTrue(there, "no published vectors in " + folder);
    return folder;
  }
}
