package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ImportCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeAFolder() throws IOException {
    model = Files.createDirectories(folder.resolve("tiny"));
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 258, "hidden_size": 32, "intermediate_size": 64,
         "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 64,
         "tie_word_embeddings": true}
        """);
    StringBuilder vocabulary = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      int point = b > 32 && b < 127 ? b : 0x100 + b;
      vocabulary.append("\"\\u%04x\": %d, ".formatted(point, b));
    }
    Files.writeString(
        model.resolve("tokenizer.json"),
        """
        {"added_tokens": [{"id": 257, "content": "<|end|>", "special": true}],
         "pre_tokenizer": {"type": "ByteLevel", "use_regex": true},
         "model": {"type": "BPE", "vocab": {%s"ab": 256}, "merges": ["a b"]}}
        """
            .formatted(vocabulary));
    weights();
  }

  private record Tensor(String name, int... shape) {}

  private void weights() throws IOException {
    String block = "model.layers.0.";
    List<Tensor> tensors =
        List.of(
            new Tensor("model.embed_tokens.weight", 258, 32),
            new Tensor(block + "input_layernorm.weight", 32),
            new Tensor(block + "self_attn.q_proj.weight", 32, 32),
            new Tensor(block + "self_attn.k_proj.weight", 32, 32),
            new Tensor(block + "self_attn.v_proj.weight", 32, 32),
            new Tensor(block + "self_attn.o_proj.weight", 32, 32),
            new Tensor(block + "post_attention_layernorm.weight", 32),
            new Tensor(block + "mlp.gate_proj.weight", 64, 32),
            new Tensor(block + "mlp.up_proj.weight", 64, 32),
            new Tensor(block + "mlp.down_proj.weight", 32, 64),
            new Tensor("model.norm.weight", 32));
    StringBuilder header = new StringBuilder();
    int offset = 0;
    for (Tensor tensor : tensors) {
      int size = 2;
      for (int dimension : tensor.shape) size *= dimension;
      header
          .append(header.isEmpty() ? "{" : ",")
          .append("\"%s\":{\"dtype\":\"BF16\",\"shape\":".formatted(tensor.name))
          .append(Arrays.toString(tensor.shape))
          .append(",\"data_offsets\":[%d,%d]}".formatted(offset, offset + size));
      offset += size;
    }
    byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + text.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    while (out.hasRemaining()) out.putShort((short) (0x3C00 + out.remaining() % 97));
    Files.write(model.resolve("model.safetensors"), out.array());
  }

  @Test
  void aFolderBecomesAFileThatRuns() {
    CommandRun run = CommandRun.of("import", model.toString());
    assertThat(run.err()).contains("Importing tiny");
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("tiny.gguf", "llama", "BF16", "SHA-256");
    CommandRun text =
        CommandRun.of(
            "generate",
            folder.resolve("tiny.gguf").toString(),
            "--prompt=ab",
            "--raw",
            "--max-tokens=3");
    assertThat(text.code()).as(text.err()).isZero();
  }

  @Test
  void typeAndPlaceAreThoseThatWereAskedFor() throws IOException {
    Path out = folder.resolve("q.gguf");
    CommandRun run =
        CommandRun.of("import", model.toString(), "-o", out.toString(), "--type=q8_0", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode node = JsonMapper.shared().readTree(run.out());
    assertThat(node.get("bytes").longValue()).isEqualTo(Files.size(out));
    assertThat(node.at("/tensors/Q8_0").intValue()).isEqualTo(8);
    try (GgufFile file = GgufFile.open(out)) {
      assertThat(file.metadata().integer("general.file_type")).isEqualTo(7);
    }
    CommandRun again = CommandRun.of("import", model.toString(), "-o", out.toString());
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains("already there", "--force");
  }

  @Test
  void whatCannotBeImportedIsAFailureInOneLine() throws IOException {
    Files.writeString(model.resolve("config.json"), "{\"model_type\": \"gemma\"}");
    CommandRun run = CommandRun.of("import", model.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("unknown model_type 'gemma'", "qwen2");
    assertThat(folder.resolve("tiny.gguf")).doesNotExist();
  }

  /* What stands in which file, what stands there instead, and what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          config.json | "model_type": "llama", | ``        | config.json: no model_type; known are
          config.json | "hidden_size": 32 | "hidden_size": "32" | 'hidden_size' is "32"; a whole number
          config.json | "hidden_size": 32 | "hidden_size": -32 | 'hidden_size' is -32; a whole number from 0
          config.json | "num_attention_heads": 2 | "num_attention_heads": 3 | does not divide among 3 heads
          config.json | "vocab_size" | "rope_scaling": {"rope_type": "linear"}, "vocab_size" | has no 'factor'
          config.json | "vocab_size" | "rope_scaling": {"rope_type": "llama3", "factor": 8}, "vocab_size" | has no 'low_freq_factor'
          tokenizer.json | "merges" | "emerges" | tokenizer.json has no 'model.merges'
          tokenizer.json | "pre_tokenizer" | "normalizer": {"type": "Lowercase"}, "pre_tokenizer" | in a way that is not known (Lowercase)
          tokenizer.json | "ByteLevel" | "Whitespace" | in a way that is not known (Whitespace)
          """)
  void whatWouldImportAnotherModelIsRefused(String file, String found, String instead, String said)
      throws IOException {
    Path path = model.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(found);
    Files.writeString(path, text.replace(found, instead));
    refused(said);
  }

  @Test
  void filesThatAreMissingAreNamedWithWhatHelps() throws IOException {
    Files.writeString(model.resolve("pytorch_model.bin"), "PK");
    Path weights = Files.move(model.resolve("model.safetensors"), folder.resolve("weights"));
    refused("neither model.safetensors nor model.safetensors.index.json; pytorch_model.bin can");
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-00001-of-00001.safetensors\"}}");
    refused("names model-00001-of-00001.safetensors, which the folder does not have: get it");
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 7\n";
    Files.writeString(model.resolve("model-00001-of-00001.safetensors"), pointer);
    refused("model-00001-of-00001.safetensors: a pointer of Git LFS");
    Files.delete(model.resolve("model.safetensors.index.json"));
    Files.move(weights, model.resolve("model.safetensors"));
    Files.writeString(model.resolve("config.json"), pointer);
    refused("config.json: a pointer of Git LFS");
    Files.delete(model.resolve("config.json"));
    refused("the folder has no config.json; a model's folder as Hugging Face has it");
  }

  @Test
  void aFolderInTheOutputsPlaceIsNotOfferedToBeReplaced() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken.gguf"));
    CommandRun run = CommandRun.of("import", model.toString(), "-o", taken.toString(), "--force");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("a folder stands there", "taken.gguf").doesNotContain("--force");
    assertThat(taken).isEmptyDirectory();
  }

  private void refused(String said) {
    CommandRun run = CommandRun.of("import", model.toString());
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).containsOnlyOnce(model.toString()).contains(said);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(folder.resolve("tiny.gguf")).doesNotExist();
  }

  @Test
  void inspectTellsWhatTheModelNeedsInMemory() throws IOException {
    CommandRun.of("import", model.toString());
    String file = folder.resolve("tiny.gguf").toString();
    assertThat(CommandRun.of("models", "inspect", file).out())
        .contains("Memory:", "64 tokens", "1 sequence");
    JsonNode memory =
        JsonMapper.shared().readTree(CommandRun.of("models", "inspect", file, "--json").out());
    assertThat(memory.at("/memory/tokenBytes").longValue()).isEqualTo(2L * 32 * 2 * 2);
    assertThat(memory.at("/memory/plans/0/context").intValue()).isEqualTo(64);
    assertThat(memory.at("/memory/asked").isMissingNode()).isTrue();
  }

  @Test
  void inspectTellsWhetherSoManySequencesOfSuchLengthFit() throws IOException {
    CommandRun.of("import", model.toString());
    String file = folder.resolve("tiny.gguf").toString();
    CommandRun few =
        CommandRun.of("models", "inspect", file, "--context", "40", "--sequences", "3");
    assertThat(few.code()).as(few.err()).isZero();
    assertThat(few.out())
        .contains("3 sequences of 40 tokens", "of keys and values", "It fits.")
        .doesNotContain(" GB");
    JsonNode asked = asked(0, file, "--context=32", "--sequences=3", "--kv-cache=q8");
    long tokenInEightBits = asked.get("cacheBytes").longValue() / (3 * 32);
    assertThat(tokenInEightBits).isLessThan(2L * 32 * 2 * 2);
    assertThat(asked.get("context").intValue()).isEqualTo(32);
    assertThat(asked.get("sequences").intValue()).isEqualTo(3);
    assertThat(asked.get("fits").booleanValue()).isTrue();
    assertThat(asked.has("reason")).isFalse();
    // The heap of the tests holds no 65,536 sequences.
    JsonNode many = asked(1, file, "--sequences=65536");
    assertThat(many.get("fits").booleanValue()).isFalse();
    assertThat(many.get("reason").asString()).contains("65,536 sequences", "--max-sequences");
    for (String wrong : List.of("--context=65", "--context=0", "--sequences=0")) {
      CommandRun run = CommandRun.of("models", "inspect", file, wrong);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains(wrong.substring(0, wrong.indexOf('=')) + " is from 1 to");
    }
  }

  private static JsonNode asked(int code, String... arguments) {
    List<String> all = new ArrayList<>(List.of("models", "inspect", "--json"));
    all.addAll(List.of(arguments));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isEqualTo(code);
    return JsonMapper.shared().readTree(run.out()).at("/memory/asked");
  }

  @Test
  void theJsonTellsWhatWasKeptOfAnInterruptedImport() {
    JsonNode node =
        JsonMapper.shared().readTree(CommandRun.of("import", model.toString(), "--json").out());
    assertThat(node.get("keptTensors").intValue()).isZero();
    assertThat(node.get("otherRemoved").booleanValue()).isFalse();
  }
}
