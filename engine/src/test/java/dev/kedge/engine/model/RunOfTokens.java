package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.weights.GgufFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

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
    return run(tokens.length, pass -> pass.logits(tokens, 0, tokens.length));
  }

  /** The prompt and {@code count} most likely tokens after it, each computed after the others. */
  int[] greedy(int[] prompt, int count) {
    int[] tokens = Arrays.copyOf(prompt, prompt.length + count);
    return run(
        tokens.length,
        pass -> {
          int from = 0;
          for (int n = prompt.length; n < tokens.length; n++) {
            float[][] logits = pass.logits(tokens, from, n);
            tokens[n] = best(logits[n - 1 - from]);
            from = n;
          }
          return tokens;
        });
  }

  private <T> T run(int length, Function<Pass, T> work) {
    ModelConfig config = ModelConfig.of(file.metadata());
    try (Workers workers = new Workers(threads);
        PreparedWeights packed = PreparedWeights.of(file, Path.of("none"), config)) {
      KvLayout layout = Transformer.layout(config, KvType.F16);
      Weights weights = kernels.packed() ? packed.weights() : Weights.of(file, config);
      Transformer model = new Transformer(config, weights, kernels, workers, layout, chunk);
      return work.apply(new Pass(model, layout.pages(length), chunk));
    }
  }

  /* A model that keeps what it has read. */
  private record Pass(Transformer model, KvPage[] pages, int chunk) {
    float[][] logits(int[] tokens, int first, int end) {
      float[][] found = new float[end - first][model.vocabularySize()];
      for (int from = first; from < end; from += chunk) {
        List<BatchRow> rows = new ArrayList<>();
        int to = Math.min(end, from + chunk);
        for (int i = from; i < to; i++) rows.add(new BatchRow(tokens[i], i, pages, true));
        float[] logits = model.forward(rows);
        int size = model.vocabularySize();
        for (int i = from; i < to; i++) {
          System.arraycopy(logits, (i - from) * size, found[i - first], 0, size);
        }
      }
      return found;
    }
  }

  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
    return best;
  }
}
