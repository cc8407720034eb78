package dev.kedge.engine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.json.JsonText;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.model.Families;
import dev.kedge.engine.model.FamilyFile;
import dev.kedge.engine.model.ReferenceForward;
import dev.kedge.engine.model.RunOfTokens;
import dev.kedge.engine.model.SharedData;
import dev.kedge.engine.token.SentencePieceModel;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.token.Tokenizers;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileStat;
import dev.kedge.engine.weights.FileType;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderImportTest {
  private static final FolderImport.Progress QUIET = (step, done, total) -> {};

  @TempDir private Path folder;

  private static FolderImport.Options options(FileType type) {
    return new FolderImport.Options(Optional.of(type), false, 2, "test");
  }

  @Test
  void theLogNamesEveryInputWithItsDigest() throws IOException {
    Path source = published("llama", "");
    Path output = folder.resolve("out.gguf");
    FolderImport.Result result = FolderImport.run(source, output, options(FileType.F16), QUIET);
    String log = Files.readString(folder.resolve("out.gguf.build.json"));
    assertThat(JsonParser.parse(log, 1 << 20)).isInstanceOf(Map.class);
    assertThat(result.inputs()).containsKeys("config.json", "tokenizer.json");
    assertThat(result.inputs().keySet())
        .filteredOn(name -> name.endsWith(".safetensors"))
        .hasSize(2);
    result
        .inputs()
        .forEach((name, digest) -> {
          assertThat(log).contains('"' + name + '"', digest.sha256());
          assertThat(digest.bytes()).isEqualTo(source.resolve(name).toFile().length());
        });
    assertThat(log).contains(result.output().sha256(), "\"f16\"");
    assertThat(DigestRecord.read(output, FileStat.of(output).orElseThrow()))
        .contains(result.output());
  }

  @Test
  void whatACrashInterruptsLeavesNoHalfFileAndIsDoneAfreshTheNextTime() throws IOException {
    Path source = published("llama", "");
    Path output = folder.resolve("out.gguf");
    assertThatThrownBy(() ->
            FolderImport.run(
                source,
                output,
                options(FileType.Q8_0),
                (step, done, total) -> {
                  if (done > total * 0.8) throw new IllegalStateException("power failure");
                }))
        .hasMessage("power failure");
    assertThat(output).doesNotExist();
    // A killed process cannot even remove its temporary file.
    Path left = Files.write(folder.resolve(".out.gguf.999999.0.part"), new byte[1000]);
    FolderImport.Result result = FolderImport.run(source, output, options(FileType.Q8_0), QUIET);
    assertThat(left).doesNotExist();
    assertThat(result.output().bytes()).isEqualTo(output.toFile().length());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".part"))).isEmpty();
    }
  }

  /* The folder rotates halves, whatever the family; the reference runs it so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LLAMA|llama|",
        "LLAMA_TIED|llama|",
        "LLAMA_LINEAR|llama|, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}",
        "MISTRAL_NEMO|mistral|, \"sliding_window\": null",
        "MIXTRAL|mixtral|, \"num_local_experts\": 8, \"num_experts_per_tok\": 2",
        "QWEN2|qwen2|, \"use_sliding_window\": false, \"sliding_window\": 32",
        "QWEN2_YARN|qwen2|, \"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4.0,"
            + " \"original_max_position_embeddings\": 64}",
        "QWEN3|qwen3|"
      })
  void anImportedModelGivesTheLogitsOfTheFolder(Families family, String type, String more)
      throws IOException {
    Path direct = family.file(TensorType.F32).write(folder.resolve("direct.gguf"));
    Path imported = folder.resolve("imported.gguf");
    int[] prompt = new int[40];
    for (int i = 0; i < prompt.length; i++) prompt[i] = i * 37 % FamilyFile.VOCABULARY;
    try (GgufFile file = GgufFile.open(direct)) {
      Path published =
          PublishedFolder.write(file, folder.resolve("m"), type, more == null ? "" : more);
      FolderImport.run(published, imported, options(FileType.F32), QUIET);
      double[][] expected = new ReferenceForward(file, true).logits(prompt);
      try (GgufFile result = GgufFile.open(imported)) {
        float[][] found = RunOfTokens.of(result, Kernels.best(), 2, 40).logits(prompt);
        for (int t = 0; t < prompt.length; t++) {
          for (int i = 0; i < found[t].length; i++) {
            assertThat((double) found[t][i]).isCloseTo(expected[t][i], within(2e-3));
          }
        }
      }
    }
  }

  private Path published(String type, String more) throws IOException {
    Path direct = Families.LLAMA.file(TensorType.F32).write(folder.resolve("direct.gguf"));
    try (GgufFile file = GgufFile.open(direct)) {
      return PublishedFolder.write(file, folder.resolve("m"), type, more);
    }
  }

  @Test
  void theFileIsTheSameWithAnyNumberOfThreadsAndQuantizedAsAsked() throws IOException {
    Path source = published("llama", "");
    Path one = folder.resolve("one.gguf");
    Path two = folder.resolve("two.gguf");
    FolderImport.Options single =
        new FolderImport.Options(Optional.of(FileType.Q4_K_M), false, 1, "test");
    FolderImport.Result first = FolderImport.run(source, one, single, QUIET);
    FolderImport.run(source, two, options(FileType.Q4_K_M), QUIET);
    assertThat(two).hasSameBinaryContentAs(one);
    assertThat(first.tensors()).containsKeys(TensorType.Q4_K, TensorType.Q6_K, TensorType.F32);
    assertThatThrownBy(() -> FolderImport.run(source, one, single, QUIET))
        .isInstanceOf(FileAlreadyExistsException.class);
    long[] last = new long[2];
    FolderImport.Options forced = new FolderImport.Options(Optional.empty(), true, 2, "test");
    FolderImport.run(
        source,
        one,
        forced,
        (step, done, total) -> {
          assertThat(done).isGreaterThanOrEqualTo(last[0]).isLessThanOrEqualTo(total);
          last[0] = done;
          last[1] = total;
        });
    assertThat(last[0]).isEqualTo(last[1]).isPositive();
    try (GgufFile file = GgufFile.open(one)) {
      assertThat(file.metadata().integer("general.file_type")).isZero();
      assertThat(file.require("blk.0.attn_q.weight").type()).isEqualTo(TensorType.F32);
    }
  }

  @Test
  void llama31FrequenciesBecomeATensor() throws IOException {
    Path source =
        published(
            "llama",
            ", \"rope_scaling\": {\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\":"
                + " 4.0, \"original_max_position_embeddings\": 8192, \"rope_type\": \"llama3\"}");
    Path out = folder.resolve("o.gguf");
    FolderImport.run(source, out, options(FileType.F16), QUIET);
    try (GgufFile file = GgufFile.open(out)) {
      float[] divisors =
          file.data(file.require("rope_freqs.weight"))
              .toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED);
      assertThat(divisors).hasSize(32).startsWith(1, 1).endsWith(8, 8);
      // Pair 20: length 2π·10000^(40/64) = 1987.0, turns 4.1228 > 4: kept. Pair 21 is mixed.
      assertThat(divisors[20]).isEqualTo(1);
      double turns = 8192 / (2 * Math.PI * Math.pow(10_000, 42.0 / 64));
      double kept = (turns - 1) / 3;
      assertThat((double) divisors[21]).isCloseTo(1 / (kept + (1 - kept) / 8), within(1e-5));
    }
  }

  @Test
  void aSlidingWindowAndRopeParametersAreTakenOver() throws IOException {
    Path source =
        published(
            "mistral",
            ", \"sliding_window\": 96, \"rope_parameters\": {\"rope_theta\": 500000.0,"
                + " \"rope_type\": \"default\"}");
    Path out = folder.resolve("o.gguf");
    FolderImport.run(source, out, options(FileType.F16), QUIET);
    try (GgufFile file = GgufFile.open(out)) {
      Metadata keys = file.metadata();
      assertThat(keys.string("general.architecture")).isEqualTo("llama");
      assertThat(keys.integer("llama.attention.sliding_window")).isEqualTo(96);
      assertThat(keys.decimal("llama.rope.freq_base")).isEqualTo(500_000);
      assertThat(keys.string("general.name")).isEqualTo("m");
    }
  }

  @Test
  void whatKedgeDoesNotDoIsRefusedByName() throws IOException {
    refused("mamba", "", "unknown model_type 'mamba'", "qwen2");
    refused("llama", ", \"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}", "'dynamic'");
    refused("llama", ", \"attention_bias\": true", "attention biases");
    refused("qwen2", ", \"use_sliding_window\": true", "use_sliding_window");
    refused("llama", ", \"quantization_config\": {}", "quantized already");
    refused("qwen3", "", "no tensor 'model.layers.0.self_attn.q_norm.weight'");
    refused("llama", ", \"hidden_act\": \"gelu\"", "'hidden_act' is there twice");
    refused("llama", ", \"mlp_bias\": 3", "'mlp_bias' is 3", "true or false");
  }

  private void refused(String type, String more, String... messages) throws IOException {
    Path source = published(type, more);
    Path out = folder.resolve("refused.gguf");
    assertThatThrownBy(() -> FolderImport.run(source, out, options(FileType.F16), QUIET))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll(messages);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("direct.gguf", "m");
    }
  }

  @Test
  void namesThatLeadOutOfTheFolderAreRefused() throws IOException {
    Path source = published("llama", "");
    for (String name : new String[] {"../direct.gguf", "/etc/passwd", "a/b", "", "..", "5"}) {
      Files.writeString(
          source.resolve("model.safetensors.index.json"),
          "{\"weight_map\": {\"x\": \"" + name + "\"}}");
      assertThatThrownBy(
              () -> FolderImport.run(source, folder.resolve("o"), options(FileType.F16), QUIET))
          .hasMessageContaining(name);
    }
  }

  @Test
  void aShapeThatContradictsTheConfigurationIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path source = published("llama", "");
    String config = Files.readString(source.resolve("config.json"));
    Files.writeString(
        source.resolve("config.json"),
        config.replace("\"hidden_size\": 256", "\"hidden_size\": 512"));
    assertThatThrownBy(
            () -> FolderImport.run(source, folder.resolve("o"), options(FileType.F16), QUIET))
        .isInstanceOf(FormatException.class)
        .hasMessageContainingAll("model.embed_tokens.weight", "[320, 256]", "[320, 512]");
    assertThat(folder.resolve("o")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"llama-bpe,llama-bpe,true", "qwen2,qwen2,false"})
  void publishedTokenizersEncodeAsTheirPublishersDo(String name, String pre, boolean begins)
      throws IOException {
    Path data = SharedData.require("tokenizers/" + name);
    Path source = published("llama", "");
    Files.copy(
        data.resolve("tokenizer.json"),
        source.resolve("tokenizer.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.copy(data.resolve("tokenizer_config.json"), source.resolve("tokenizer_config.json"));
    Metadata metadata = tokenizer(source, 152_064);
    assertThat(metadata.string("tokenizer.ggml.pre")).isEqualTo(pre);
    assertThat(metadata.flag("tokenizer.ggml.add_bos_token", !begins)).isEqualTo(begins);
    assertThat(metadata.strings("tokenizer.ggml.tokens")).hasSize(152_064);
    Tokenizer tokenizer = Tokenizers.of(metadata);
    String[] texts =
        Files.readString(data.resolve("ggml-vocab-" + name + ".gguf.inp"))
            .split("\n__ggml_vocab_test__\n", -1);
    String[] ids =
        Files.readString(data.resolve("ggml-vocab-" + name + ".gguf.out")).split("\n", -1);
    for (int i = 0; i < texts.length; i++) {
      int[] expected =
          Stream.of(ids[i].trim().split(" +"))
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertThat(tokenizer.encode(texts[i], false, false)).as(texts[i]).isEqualTo(expected);
    }
  }

  private Metadata tokenizer(Path source, int size) throws IOException {
    Metadata.Builder keys = Metadata.builder();
    try (ModelFolder opened = ModelFolder.open(source)) {
      TokenizerKeys.write(opened, opened.requireJson("config.json"), keys, size);
    }
    return keys.build();
  }

  /* A publisher's conversion: every way to put a piece together, in order of its score. */
  private static String asMerges(SentencePieceModel model) {
    Map<String, Integer> ids = new HashMap<>();
    List<String> pieces = model.pieces();
    for (int id = 0; id < pieces.size(); id++) ids.put(pieces.get(id), id);
    List<Map.Entry<Float, String>> merges = new ArrayList<>();
    for (int id = 0; id < pieces.size(); id++) {
      String piece = pieces.get(id);
      if (model.types()[id] != TokenList.NORMAL) continue;
      for (int cut = 1; cut < piece.length(); cut++) {
        String left = piece.substring(0, cut);
        String right = piece.substring(cut);
        if (!ids.containsKey(left) || !ids.containsKey(right)) continue;
        merges.add(Map.entry(-model.scores()[id], JsonText.of(left + " " + right)));
      }
    }
    merges.sort(Map.Entry.comparingByKey());
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary
          .append(id == 0 ? "" : ",")
          .append(JsonText.of(pieces.get(id)))
          .append(':')
          .append(id);
    }
    return """
    {"added_tokens": [{"id": 0, "content": "<unk>", "special": true},
      {"id": 1, "content": "<s>", "special": true},
      {"id": 2, "content": "</s>", "special": true}],
     "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
      {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
     "post_processor": {"type": "TemplateProcessing", "single":
      [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
     "model": {"type": "BPE", "unk_token": "<unk>", "byte_fallback": true,
      "vocab": {%s}, "merges": [%s]}}
    """
        .formatted(vocabulary, String.join(",", merges.stream().map(Map.Entry::getValue).toList()));
  }

  @Test
  void aSentencePieceVocabularyEncodesAlikeFromItsModelAndFromMerges() throws IOException {
    Path data = SharedData.require("tokenizers/mistral/tokenizer.model.v1");
    SentencePieceModel model = SentencePieceModel.read(Files.readAllBytes(data));
    Tokenizer expected = model.tokenizer();
    Path source = published("mistral", "");
    Files.writeString(source.resolve("tokenizer.json"), asMerges(model));
    Files.writeString(
        source.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"}, \"unk_token\":"
            + " \"<unk>\"}");
    Metadata merged = tokenizer(source, 32_000);
    assertThat(merged.flag("tokenizer.ggml.add_bos_token", false)).isTrue();
    assertThat(merged.flag("tokenizer.ggml.add_space_prefix", false)).isTrue();
    assertThat(merged.integer("tokenizer.ggml.eos_token_id")).isEqualTo(2);
    Files.copy(data, source.resolve("tokenizer.model"));
    Metadata direct = tokenizer(source, 32_064);
    assertThat(direct.strings("tokenizer.ggml.tokens")).hasSize(32_064).endsWith("[PAD32063]");
    for (Metadata keys : List.of(merged, direct)) {
      Tokenizer tokenizer = Tokenizers.of(keys);
      for (String text :
          List.of(
              "Hello, world!", "  two  spaces", "naïve café 天気 🦙", "x = 10**-3;\n\treturn", "")) {
        assertThat(tokenizer.encode(text, true, false))
            .isEqualTo(expected.encode(text, true, false));
      }
    }
  }

  @Test
  void templateAndEndsOfGenerationAreTakenFromWhereverTheyStand() throws IOException {
    Path source = published("llama", "");
    Files.writeString(
        source.resolve("tokenizer_config.json"),
        "{\"eos_token\": \"<|end|>\", \"add_bos_token\": false, \"chat_template\": [{\"name\":"
            + " \"default\", \"template\": \"A\"}, {\"name\": \"tool_use\", \"template\":"
            + " \"B\"}]}");
    Files.writeString(
        source.resolve("generation_config.json"), "{\"eos_token_id\": [257, 10, 11]}");
    Metadata keys = tokenizer(source, 320);
    assertThat(keys.string("tokenizer.chat_template")).isEqualTo("A");
    assertThat(keys.string("tokenizer.chat_template.tool_use")).isEqualTo("B");
    assertThat(keys.integer("tokenizer.ggml.eos_token_id")).isEqualTo(257);
    assertThat(keys.integer("tokenizer.ggml.eot_token_id")).isEqualTo(10);
    assertThat(keys.integer("tokenizer.ggml.eom_token_id")).isEqualTo(11);
    Files.writeString(source.resolve("chat_template.jinja"), "C");
    assertThat(tokenizer(source, 320).string("tokenizer.chat_template")).isEqualTo("C");
  }

  @Test
  void brokenFilesOfTheFolderAreNamed() throws IOException {
    Path source = published("llama", "");
    String[][] broken = {
      {"tokenizer.json", "{", "tokenizer.json"},
      {"tokenizer.json", "{\"model\": {\"type\": \"Unigram\"}}", "Unigram"},
      {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 320}}}", "token 320"},
      {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": -1}}}", "has the id -1"},
      {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1, \"b\": 1}}}", "'a' and 'b'"},
      {"tokenizer.json", "{\"model\": {\"vocab\": {\"a\": 1}}}", "splits texts"},
      {"tokenizer.json", "[]", "no JSON object"},
      {"config.json", "{\"model_type\": 5}", "'model_type' is 5"},
      {"model.safetensors.index.json", "{}", "weight_map"},
      {"model-00001-of-00002.safetensors", "", "model-00001-of-00002.safetensors"},
    };
    for (String[] each : broken) {
      byte[] before = Files.readAllBytes(source.resolve(each[0]));
      Files.writeString(source.resolve(each[0]), each[1]);
      assertThatThrownBy(
              () -> FolderImport.run(source, folder.resolve("o"), options(FileType.F16), QUIET))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining(each[2]);
      Files.write(source.resolve(each[0]), before);
    }
  }
}
