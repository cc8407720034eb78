package dev.kedge.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.kernel.TrainingWorkers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LlamaPassTest {
  private static final LlamaShape SHAPE = new LlamaShape(16, 2, 4, 2, 24, 11, 128);

  @Test
  void everyKindOfParameterHasTheGradientOfCentralDifferences() {
    try (TrainingWorkers workers = new TrainingWorkers(2)) {
      float[] weights = weights();
      LlamaPass pass = new LlamaPass(SHAPE, weights, workers);
      Batch batch = batch(5, 9, 70);
      pass.learn(batch, 1);
      for (Map.Entry<String, Integer> kind : kinds(pass.layout).entrySet()) {
        for (int i = kind.getValue(); i < kind.getValue() + 10; i++) {
          double slope = slope(pass, batch, weights, i);
          assertThat((double) pass.gradients[i])
              .as(kind.getKey() + " " + i)
              .isCloseTo(slope, within(0.02 + 0.01 * Math.abs(slope)));
        }
      }
    }
  }

  private static double slope(LlamaPass pass, Batch batch, float[] weights, int i) {
    float value = weights[i];
    float up = value + 3e-3f;
    float down = value - 3e-3f;
    weights[i] = up;
    double above = pass.measure(batch).loss();
    weights[i] = down;
    double below = pass.measure(batch).loss();
    weights[i] = value;
    return (above - below) / ((double) up - down);
  }

  private static Map<String, Integer> kinds(Layout layout) {
    Map<String, Integer> kinds = new LinkedHashMap<>();
    kinds.put("embedding", layout.embedding());
    kinds.put("queries", layout.qkv(0));
    kinds.put("keys", layout.qkv(1) + SHAPE.dim());
    kinds.put("values", layout.qkv(1) + SHAPE.dim() + SHAPE.kvDim());
    kinds.put("attention output", layout.output(0));
    kinds.put("gates", layout.gateUp(1));
    kinds.put("ups", layout.gateUp(0) + SHAPE.ffn());
    kinds.put("downs", layout.down(0));
    kinds.put("attention gain", layout.attentionGain(1));
    kinds.put("feed-forward gain", layout.ffnGain(0));
    kinds.put("last gain", layout.finalGain());
    return kinds;
  }

  @Test
  void aSequenceIsNotChangedByItsNeighboursInTheBatch() {
    try (TrainingWorkers workers = new TrainingWorkers(1)) {
      LlamaPass pass = new LlamaPass(SHAPE, weights(), workers);
      double alone = pass.measure(batch(9)).loss();
      Batch both = batch(9);
      fill(both, 30, 5);
      double together = pass.measure(both).loss();
      Batch other = new Batch();
      fill(other, 30, 5);
      assertThat(alone + pass.measure(other).loss()).isCloseTo(together, within(1e-9));
    }
  }

  @Test
  void moreThreadsDoNotChangeABitOfTheGradients() {
    assertThat(gradients(3)).isEqualTo(gradients(1));
  }

  private static float[] gradients(int threads) {
    try (TrainingWorkers workers = new TrainingWorkers(threads)) {
      LlamaPass pass = new LlamaPass(SHAPE, weights(), workers);
      pass.learn(batch(40, 33, 100, 7, 64, 65), 0.01f);
      return pass.gradients;
    }
  }

  /** Larger than real starting weights, so that no gradient is lost in rounding. */
  static float[] weights() {
    Layout layout = new Layout(SHAPE);
    float[] weights = layout.initial(3);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i < layout.gains() ? weights[i] * 12 : 1 + 0.2f * Normals.at(9, i);
    }
    return weights;
  }

  private static Batch batch(int... lengths) {
    Batch batch = new Batch();
    int salt = 0;
    for (int length : lengths) fill(batch, length, salt++);
    return batch;
  }

  private static void fill(Batch batch, int length, int salt) {
    int at = batch.size;
    batch.begin(length);
    for (int i = 0; i < length; i++) {
      int token = (int) Long.remainderUnsigned(Normals.bits(salt, i), 11);
      int target = (int) Long.remainderUnsigned(Normals.bits(salt + 100L, i), 11);
      batch.set(at + i, token, i * 3 >= length * 2 ? target : -1);
    }
  }
}
