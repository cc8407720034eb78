package dev.kedge.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against a forward pass in doubles, and its bits whatever runs beside it. */
class FamilyTest {
  @TempDir private Path folder;

  static Stream<Families> families() {
    return Stream.of(Families.values());
  }

  private static int[] prompt(int length) {
    int[] prompt = new int[length];
    for (int i = 0; i < length; i++) prompt[i] = i * 37 % FamilyFile.VOCABULARY;
    return prompt;
  }

  @ParameterizedTest
  @MethodSource("families")
  void logitsAreThoseOfADoublePrecisionForwardPass(Families family) throws IOException {
    Path path = family.file(TensorType.F32).write(folder.resolve("m.gguf"));
    int[] prompt = prompt(family.promptLength());
    try (GgufFile file = GgufFile.open(path)) {
      float[][] found = RunOfTokens.of(file, Kernels.best(), 2, 64).logits(prompt);
      double[][] expected = new ReferenceForward(file).logits(prompt);
      for (int t = 0; t < prompt.length; t++) {
        for (int i = 0; i < found[t].length; i++) {
          assertThat((double) found[t][i])
              .as("%s, position %d, logit %d", family, t, i)
              .isCloseTo(expected[t][i], within(family.tolerance()));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void bitsDependOnNeitherChunksThreadsNorKernels(Families family) throws IOException {
    Path path = family.file(TensorType.Q8_0).write(folder.resolve("m.gguf"));
    int[] prompt = prompt(70);
    try (GgufFile file = GgufFile.open(path)) {
      float[][] expected = RunOfTokens.of(file, Kernels.scalar(), 1, 70).logits(prompt);
      for (int chunk : new int[] {1, 7, 70}) {
        for (int threads = 1; threads <= 2; threads++) {
          float[][] found = RunOfTokens.of(file, Kernels.best(), threads, chunk).logits(prompt);
          assertThat(Arrays.deepEquals(found, expected))
              .as("%s, %d threads, chunks of %d", family, threads, chunk)
              .isTrue();
        }
      }
    }
  }
}
