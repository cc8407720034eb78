package dev.kedge.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family in Kedge and in llama.cpp, on the same file. */
class FamilyOracleTest {
  /* A file is written once for both peers and all tests. */
  @TempDir private static Path folder;

  private static Path file(Families family, TensorType type) throws IOException {
    Path path = folder.resolve(family + "-" + type + ".gguf");
    return Files.exists(path) ? path : family.file(type).write(path);
  }

  static Stream<Arguments> families() {
    return Arrays.stream(LlamaCpp.Release.values())
        .flatMap(release ->
            Arrays.stream(Families.values())
                .filter(family -> family.knownTo(release))
                .map(family -> Arguments.of(release, family)));
  }

  @ParameterizedTest
  @MethodSource("families")
  void logitsAreThoseOfLlamaCpp(LlamaCpp.Release release, Families family) throws IOException {
    LlamaCpp peer = LlamaCpp.require(release);
    compare(peer, family, TensorType.F32, 4e-3);
    compare(peer, family, TensorType.F16, 0.01);
    compare(peer, family, TensorType.Q8_0, 0.1);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "Q8_0"})
  void everyTypeIsReadAsLlamaCppReadsIt(TensorType type) throws IOException {
    compare(LlamaCpp.require(), Families.LLAMA, type, type == TensorType.BF16 ? 0.03 : 0.1);
  }

  /*
   * Both round activations in their own way, and we keep keys and values as halves, so logits differ a little. Where an expert is as good
   * as another that may choose between them, so of a mixture the middle position counts.
   */
  private void compare(LlamaCpp peer, Families family, TensorType type, double tolerance)
      throws IOException {
    int[] prompt = new int[family.promptLength()];
    for (int i = 0; i < prompt.length; i++) prompt[i] = i * 37 % FamilyFile.VOCABULARY;
    Path path = file(family, type);
    float[][] expected = peer.logits(path, prompt);
    try (GgufFile file = GgufFile.open(path)) {
      float[][] found = RunOfTokens.of(file, Kernels.best(), 2, 64).logits(prompt);
      double[] distances = new double[prompt.length];
      int agreed = 0;
      for (int t = 0; t < prompt.length; t++) {
        distances[t] = distance(found[t], expected[t]);
        if (RunOfTokens.best(found[t]) == RunOfTokens.best(expected[t])) agreed++;
      }
      Arrays.sort(distances);
      System.out.printf(
          "%s as %s: distance of logits from llama.cpp's median %.1e, largest %.1e; most likely"
              + " token the same at %d of %d positions%n",
          family,
          type,
          distances[prompt.length / 2],
          distances[prompt.length - 1],
          agreed,
          prompt.length);
      boolean mixture = ModelConfig.of(file.metadata()).experts() > 0;
      int counted = mixture && type != TensorType.F32 ? prompt.length / 2 : prompt.length - 1;
      assertThat(distances[counted]).as("%s as %s", family, type).isLessThan(tolerance);
      // Two tokens may be nearly as likely.
      assertThat(agreed).isGreaterThanOrEqualTo(prompt.length * (type.quantized() ? 85 : 95) / 100);
    }
  }

  /* Four times the original length, where every frequency is stretched as far as it gets. */
  @ParameterizedTest
  @CsvSource({"llama,256", "qwen2,256", "qwen2,512"})
  void farBeyondTheOriginalContextLogitsAreStillThoseOfLlamaCpp(String architecture, int original)
      throws IOException {
    LlamaCpp peer = LlamaCpp.require();
    FamilyFile shape =
        FamilyFile.of(architecture, TensorType.F32).withRope(new float[0], Families.yarn(original));
    Path path = shape.write(folder.resolve(architecture + "-" + original + ".gguf"));
    int[] prompt = new int[4 * original];
    for (int i = 0; i < prompt.length; i++) prompt[i] = (i * 37 + i / 320) % FamilyFile.VOCABULARY;
    float[][] expected = peer.logits(path, prompt);
    try (GgufFile file = GgufFile.open(path)) {
      float[][] found = RunOfTokens.of(file, Kernels.best(), 2, 256).logits(prompt);
      double largest = 0;
      for (int t = 3 * original; t < prompt.length; t++) {
        largest = Math.max(largest, distance(found[t], expected[t]));
      }
      System.out.printf(
          "%s, YaRN, %d tokens after %d: largest distance of the last quarter's logits %.1e%n",
          architecture, prompt.length, original, largest);
      assertThat(largest).isLessThan(4e-3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void greedyAnswersAreThoseOfLlamaCpp(LlamaCpp.Release release) throws IOException {
    LlamaCpp peer = LlamaCpp.require(release);
    for (Families family : Families.values()) {
      if (!family.knownTo(release)) continue;
      Path path = file(family, TensorType.F32);
      try (GgufFile file = GgufFile.open(path)) {
        int[] prompt = {1, 300, 17, 5, 5, 200, 319, 0, 42};
        int[] tokens = RunOfTokens.of(file, Kernels.best(), 1, 64).greedy(prompt, 30);
        float[][] expected = peer.logits(path, tokens);
        for (int n = prompt.length; n < tokens.length; n++) {
          float[] logits = expected[n - 1];
          int best = RunOfTokens.best(logits);
          // Our keys and values are halves, so two tokens that are as likely may change places.
          if (logits[best] - logits[tokens[n]] < 0.01) continue;
          assertThat(best).as("%s, position %d", family, n).isEqualTo(tokens[n]);
        }
      }
    }
  }

  /* Root mean square of the differences, in standard deviations of the expected logits. */
  private static double distance(float[] found, float[] expected) {
    double mean = 0;
    for (float logit : expected) mean += logit / expected.length;
    double difference = 0;
    double spread = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(found[i] - expected[i], 2);
      spread += Math.pow(expected[i] - mean, 2);
    }
    return Math.sqrt(difference / spread);
  }
}
