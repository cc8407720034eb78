package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.model.ReferenceForward;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EmbeddingTest {
  private static final int[] TOKENS = {1, 300, 17, 5, 5, 200, 319, 0, 42};

  @TempDir private Path folder;

  private Path write(TensorType type, int pooling) throws IOException {
    RandomModel shape = RandomModel.small(type);
    var metadata = shape.metadata();
    if (pooling >= 0) metadata.uint32("llama.pooling_type", pooling);
    return shape.write(folder.resolve("m" + pooling + type + ".gguf"), metadata.build());
  }

  @ParameterizedTest
  @CsvSource({"-1, mean", "1, mean", "2, first", "3, last"})
  void aVectorIsThePooledHiddenStatesOfTheReference(int pooling, String which) throws Exception {
    Path path = write(TensorType.F32, pooling);
    double[][] hidden;
    try (GgufFile file = GgufFile.open(path)) {
      hidden = new ReferenceForward(file).hidden(TOKENS);
    }
    double[] expected = new double[64];
    for (int t = 0; t < hidden.length; t++) {
      boolean taken = which.equals("mean") || t == (which.equals("first") ? 0 : hidden.length - 1);
      for (int i = 0; taken && i < expected.length; i++) expected[i] += hidden[t][i];
    }
    double length = Math.sqrt(java.util.Arrays.stream(expected).map(x -> x * x).sum());
    try (Model model = Model.load(path);
        Engine engine = Engine.start(model, EngineOptions.defaults())) {
      float[] found = engine.embed(TOKENS);
      assertThat(found).hasSize(64);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i] / length, within(1e-5));
      }
      EngineStats stats = engine.stats();
      assertThat(stats.promptTokens()).isEqualTo(TOKENS.length);
      assertThat(stats.running()).isZero();
      assertThat(stats.cacheTokensUsed()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 7, true", "2, 8, 64, true", "2, 8, 5, false", "1, 3, 1, true"})
  void aVectorDoesNotDependOnWhatRunsBesideIt(
      int threads, int sequences, int batch, boolean vectors) throws Exception {
    Random random = new Random(3);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < 12; i++) texts.add(random.ints(1 + random.nextInt(60), 0, 320).toArray());
    List<float[]> alone = new ArrayList<>();
    try (Model model = Model.load(write(TensorType.Q8_0, -1))) {
      try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 1, 0, 0, 256, true))) {
        for (int[] text : texts) alone.add(engine.embed(text));
      }
      try (Engine engine =
          Engine.start(model, new EngineOptions(threads, sequences, 64, 0, 0, batch, vectors))) {
        List<Embedding> together = new ArrayList<>();
        for (int[] text : texts) {
          engine.submit(Request.of(text, 20, Sampling.GREEDY));
          together.add(engine.submitEmbedding(text));
        }
        for (int i = 0; i < together.size(); i++) {
          assertThat(together.get(i).vector()).isEqualTo(alone.get(i));
        }
      }
    }
  }

  @Test
  void whatCannotBeEmbeddedIsRefused() throws Exception {
    try (Model model = Model.load(write(TensorType.Q8_0, -1))) {
      Engine engine = Engine.start(model, EngineOptions.defaults());
      assertThatThrownBy(() -> engine.embed(new int[0])).hasMessageContaining("empty");
      assertThatThrownBy(() -> engine.embed(new int[257])).hasMessageContaining("257 tokens");
      assertThatThrownBy(() -> engine.embed(new int[] {320})).hasMessageContaining("token 320");
      assertThat(engine.embed(new int[256])).hasSize(64);
      assertThat(engine.alive()).isTrue();
      Embedding cancelled = engine.submitEmbedding(new int[200]);
      cancelled.cancel();
      engine.close();
      assertThat(engine.alive()).isFalse();
      assertThatThrownBy(() -> engine.embed(TOKENS)).isInstanceOf(IllegalStateException.class);
      try {
        assertThat(cancelled.vector()).hasSize(64); // it may have been quicker
      } catch (CancellationException e) {
        assertThat(e).hasMessageContaining("cancelled");
      }
    }
    try (Model rank = Model.load(write(TensorType.F32, 4));
        Engine engine = Engine.start(rank, EngineOptions.defaults())) {
      assertThatThrownBy(() -> engine.embed(TOKENS)).hasMessageContaining("pooling_type is 4");
    }
  }
}
