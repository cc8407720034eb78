package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.weights.GgufFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one sequence through a forward pass.
 *
 * @param chunk tokens of one pass
 */
public record RunOfTokens(GgufFile file, Kernels kernels, int threads, int chunk) {
  public static RunOfTokens of(GgufFile file, Kernels kernels, int threads, int chunk) {
    return new RunOfTokens(file, kernels, threads, chunk);
  }

  /** Logits at every position. */
  public float[][] logits(int[] tokens) {
    ModelConfig config = ModelConfig.of(file.metadata());
    try (Workers workers = new Workers(threads);
        PreparedWeights packed = PreparedWeights.of(file, Path.of("none"), config)) {
      Weights weights = kernels.packed() ? packed.weights() : Weights.of(file, config);
      Transformer model = new Transformer(config, weights, kernels, workers, chunk);
      KvPage[] pages = Transformer.layout(config, KvType.F16).pages(tokens.length);
      float[][] found = new float[tokens.length][model.vocabularySize()];
      for (int from = 0; from < tokens.length; from += chunk) {
        List<BatchRow> rows = new ArrayList<>();
        int to = Math.min(tokens.length, from + chunk);
        for (int i = from; i < to; i++) rows.add(new BatchRow(tokens[i], i, pages, true));
        float[] logits = model.forward(rows);
        for (int i = from; i < to; i++) {
          System.arraycopy(logits, (i - from) * found[i].length, found[i], 0, found[i].length);
        }
      }
      return found;
    }
  }

  /** The prompt and {@code count} most likely tokens after it. */
  int[] greedy(int[] prompt, int count) {
    int[] tokens = Arrays.copyOf(prompt, prompt.length + count);
    for (int n = prompt.length; n < tokens.length; n++) {
      float[][] logits = logits(Arrays.copyOf(tokens, n));
      tokens[n] = best(logits[n - 1]);
    }
    return tokens;
  }

  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    return best;
  }
}
