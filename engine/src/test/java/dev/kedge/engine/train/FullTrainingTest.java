package dev.kedge.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.model.Weights;
import dev.kedge.engine.token.ChatPiece;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.token.Tokenizers;
import dev.kedge.engine.train.FullTraining.Outcome;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullTrainingTest {
  @TempDir Path folder;

  @Test
  void aModelLearnsItsExamplesAndTheEngineAnswersWithThem() throws IOException {
    Path file = folder.resolve("model.gguf");
    Outcome outcome = train(file, options(300, 1), 2, false, never());
    assertThat(outcome.loss()).isLessThan(0.05);
    assertThat(outcome.file()).isPresent();
    for (TrainingExample example : examples(12)) {
      assertThat(answer(file, example.prompt())).isEqualTo(example.answer());
    }
  }

  @Test
  void threadsDoNotChangeABitOfTheFile() throws IOException {
    Path one = folder.resolve("one.gguf");
    Path three = folder.resolve("three.gguf");
    train(one, options(12, 7), 1, false, never());
    train(three, options(12, 7), 3, false, never());
    assertThat(three).hasSameBinaryContentAs(one);
  }

  @Test
  void anotherSeedGivesAnotherFile() throws IOException {
    Path one = folder.resolve("one.gguf");
    Path two = folder.resolve("two.gguf");
    train(one, options(3, 7), 1, false, never());
    train(two, options(3, 8), 1, false, never());
    assertThat(Files.mismatch(one, two)).isNotEqualTo(-1);
  }

  @Test
  void aStoppedTrainingGoesOnAsIfItHadNotStopped() throws IOException {
    Path whole = folder.resolve("whole.gguf");
    train(whole, options(20, 7), 2, false, never());
    Path parts = folder.resolve("parts.gguf");
    Outcome stopped = train(parts, options(20, 7), 2, true, after(9));
    assertThat(stopped.stopped()).isTrue();
    assertThat(parts).doesNotExist();
    Outcome resumed = train(parts, options(20, 7), 1, true, never());
    assertThat(resumed.steps()).isEqualTo(20);
    assertThat(parts).hasSameBinaryContentAs(whole);
  }

  @Test
  void aCheckpointOfOtherOptionsIsRefused() throws IOException {
    Path file = folder.resolve("model.gguf");
    train(file, options(20, 7), 1, true, after(2));
    assertThatThrownBy(() -> train(file, options(20, 8), 1, true, never()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("other options or data");
    assertThatThrownBy(() -> train(file, options(21, 7), 1, true, never()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--steps 20");
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    Path file = folder.resolve("model.gguf");
    train(file, options(20, 7), 1, true, after(2));
    Path state = folder.resolve("model.gguf.state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    assertThatThrownBy(() -> train(file, options(20, 7), 1, true, never()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("damaged");
    Files.write(state, java.util.Arrays.copyOf(bytes, 1000));
    assertThatThrownBy(() -> train(file, options(20, 7), 1, true, never()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void noExamplesIsAnError() {
    assertThatThrownBy(() ->
            FullTraining.run(List.of(), List.of(), options(1, 1), setup(folder, 1, false, never())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no examples");
  }

  private static Outcome train(
      Path out, TrainingOptions options, int threads, boolean resume, AtomicInteger steps)
      throws IOException {
    return FullTraining.run(examples(12), examples(4), options, setup(out, threads, resume, steps));
  }

  private static FullTraining.Setup setup(
      Path out, int threads, boolean resume, AtomicInteger steps) {
    return new FullTraining.Setup(
        out,
        "test",
        Optional.of(Path.of(out + ".state")),
        resume,
        threads,
        InstantSource.system(),
        () -> steps.decrementAndGet() == 0,
        TrainingListener.NONE);
  }

  private static AtomicInteger never() {
    return new AtomicInteger(0);
  }

  private static AtomicInteger after(int steps) {
    return new AtomicInteger(steps);
  }

  private static TrainingOptions options(int steps, long seed) {
    return new TrainingOptions(
        32, 2, 4, 2, 64, 300, 64, 200, 0.01f, 5, steps, 0, 0, 0.01f, 0.9f, 0.95f, 1, seed, 0, 4, 0,
        0);
  }

  private static List<TrainingExample> examples(int count) {
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      examples.add(new TrainingExample("Code of item " + i + "?", "c" + i * 37 % 100 + "!"));
    }
    return examples;
  }

  private static String answer(Path path, String prompt) throws IOException {
    try (GgufFile file = GgufFile.open(path);
        Workers workers = new Workers(1)) {
      Tokenizer tokenizer = Tokenizers.of(file.metadata());
      ModelConfig config = ModelConfig.of(file.metadata());
      Transformer model =
          new Transformer(config, Weights.of(file, config), Kernels.best(), workers, 1);
      KvPage[] pages = Transformer.layout(config, KvType.F16).pages(128);
      int[] tokens =
          tokenizer.encodeChat(
              List.of(
                  new ChatPiece("<|im_start|>user\n", true),
                  new ChatPiece(prompt, false),
                  new ChatPiece("<|im_end|>\n<|im_start|>assistant\n", true)));
      IntList answer = new IntList();
      int next = 0;
      for (int i = 0; i < 60; i++) {
        int token = i < tokens.length ? tokens[i] : next;
        if (i >= tokens.length && tokenizer.isEndOfGeneration(token)) break;
        if (i >= tokens.length) answer.add(token);
        next =
            best(
                model.forward(List.of(new BatchRow(token, i, pages, true))),
                tokenizer.vocabularySize());
      }
      int[] ids = new int[answer.size()];
      for (int i = 0; i < ids.length; i++) ids[i] = answer.get(i);
      return tokenizer.decode(ids);
    }
  }

  private static int best(float[] logits, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) if (logits[i] > logits[best]) best = i;
    return best;
  }
}
