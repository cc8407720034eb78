package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One request through everything that must not change its answer: alone, in batches of 16 with
 * others coming and going, with a prefix hit and without, interrupted, in pieces of 1 to 512
 * tokens, with 1 and 2 threads, vectors of 512, 256, 128 bits and none. Tokens and the
 * log-probabilities of twenty candidates at each step are compared bit by bit.
 */
@Timeout(120)
class SameBitsTest {
  private static final int TOKENS = 24;

  @TempDir private Path folder;

  private Path model() throws IOException {
    Path trained =
        Path.of(System.getProperty("kedge.shared", "../../shared"))
            .resolve("data/weights/stories260K/stories260K.gguf");
    if (Files.exists(trained)) return trained;
    System.out.println("a random model instead of " + trained + ", which is not there");
    return RandomModel.small(TensorType.Q4_0).write(folder.resolve("m.gguf"));
  }

  /** The request: 130 tokens, so that its beginning fills four pages. */
  private static Request request() {
    int[] prompt = new Random(11).ints(130, 3, 300).toArray();
    Sampling sampling = new Sampling(0.9f, 40, 0.95f, 0, 1.1f, 0, 0, 77);
    return new Request(prompt, TOKENS, sampling, List.of(), 20, true);
  }

  /** Another request; some begin as the one in question does. */
  private static Request other(Random random) {
    int[] prompt = random.ints(1 + random.nextInt(100), 3, 300).toArray();
    if (random.nextInt(3) == 0) {
      prompt = Arrays.copyOf(request().prompt(), 1 + random.nextInt(130));
      prompt[prompt.length - 1] = 5;
    }
    Sampling sampling = new Sampling(1, 0, 1, 0, 1, 0, 0, random.nextLong());
    return new Request(prompt, 1 + random.nextInt(30), sampling, List.of(), -1, true)
        .with(new Urgency(random.nextInt(2), Optional.empty()));
  }

  private static EngineOptions options(int threads, int sequences, int cache, int batch) {
    return new EngineOptions(threads, sequences, 1000, 256, cache, batch, true);
  }

  private static String alone(Model model, EngineOptions options) throws InterruptedException {
    try (Engine engine = Engine.start(model, options)) {
      return bits(engine.submit(request()));
    }
  }

  /** An answer's ids and log-probabilities in hexadecimal. */
  private static String bits(Generation generation) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    while (generation.next() instanceof TokenEvent.Token token) {
      text.append(token.id());
      TokenLogprob scored = token.logprob().orElseThrow();
      text.append(' ').append(Float.toHexString(scored.logprob()));
      for (TokenLogprob.Candidate one : scored.top()) {
        text.append(' ').append(one.token()).append(Float.toHexString(one.logprob()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Test
  void theAnswerHasTheSameBitsInPiecesOfAnySizeOnAnyNumberOfThreads() throws Exception {
    try (Model model = Model.load(model())) {
      String expected = alone(model, options(1, 1, 0, 512));
      assertThat(expected.lines()).hasSize(TOKENS);
      for (int threads : new int[] {1, 2}) {
        for (int batch : new int[] {1, 2, 7, 31, 32, 33, 64, 100, 512}) {
          assertThat(alone(model, options(threads, 1, 0, batch)))
              .as("%d threads, pieces of %d", threads, batch)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void theAnswerHasTheSameBitsAmongSixteenThatComeAndGo() throws Exception {
    try (Model model = Model.load(model())) {
      String expected = alone(model, options(1, 1, 0, 512));
      int[][] cases = {{1, 0, 64}, {2, 0, 256}, {2, 0, 17}, {2, 800, 64}, {1, 600, 33}};
      for (int[] one : cases) {
        Random random = new Random(one[1] + one[2]);
        try (Engine engine = Engine.start(model, options(one[0], 16, one[1], one[2]))) {
          List<Generation> others = new ArrayList<>();
          List<Generation> same = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            others.add(engine.submit(other(random)));
            if (i % 10 == 5) same.add(engine.submit(request()));
            if (random.nextInt(4) == 0) others.get(random.nextInt(others.size())).cancel();
          }
          for (Generation generation : same) {
            assertThat(bits(generation)).as(Arrays.toString(one)).isEqualTo(expected);
          }
          assertThat(engine.stats().cachedPromptTokens()).isPositive();
        }
      }
    }
  }

  @Test
  void anInterruptedAnswerHasTheSameBits() throws Exception {
    try (Model model = Model.load(model())) {
      String expected = alone(model, options(1, 1, 0, 512));
      try (Engine engine = Engine.start(model, options(2, 1, 256, 64))) {
        Random random = new Random(6);
        // Now and then it has finished before the others come.
        while (engine.stats().preemptions() < 5) {
          Generation interrupted = engine.submit(request());
          List<Generation> urgent = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            urgent.add(engine.submit(other(random).with(new Urgency(2 + i, Optional.empty()))));
          }
          assertThat(bits(interrupted)).isEqualTo(expected);
          for (Generation generation : urgent) drain(generation);
        }
      }
    }
  }

  private static void drain(Generation generation) throws InterruptedException {
    TokenEvent event = generation.next();
    while (event instanceof TokenEvent.Token) event = generation.next();
  }

  @Test
  void aPrefixHitGivesTheSameBitsAsNone() throws Exception {
    try (Model model = Model.load(model())) {
      String expected = alone(model, options(1, 1, 0, 512));
      for (int batch : new int[] {1, 50, 512}) {
        try (Engine engine = Engine.start(model, options(2, 4, 0, batch))) {
          for (int round = 0; round < 3; round++) {
            Generation generation = engine.submit(request());
            assertThat(bits(generation)).isEqualTo(expected);
            TokenEvent.End end = (TokenEvent.End) generation.next();
            assertThat(end.usage().cachedTokens()).isEqualTo(round == 0 ? 0 : 128);
          }
        }
      }
    }
  }

  @Test
  void aCacheOfEightBitsKeepsThePromiseToo() throws Exception {
    try (Model model = Model.load(model())) {
      String expected = alone(model, options(1, 1, 0, 512).withEightBitCache(true));
      String scalar = alone(model, new EngineOptions(1, 1, 1, 256, 0, 40, false, true));
      assertThat(scalar).isEqualTo(expected);
      EngineOptions options = options(2, 4, 0, 33).withEightBitCache(true);
      try (Engine engine = Engine.start(model, options)) {
        engine.submit(other(new Random(1)));
        for (int i = 0; i < 3; i++) assertThat(bits(engine.submit(request()))).isEqualTo(expected);
      }
    }
  }

  @Test
  void everyVectorWidthGivesTheSameBits() throws Exception {
    Path file = model();
    try (Model model = Model.load(file)) {
      String expected = alone(model, options(1, 1, 0, 512));
      assertThat(alone(model, new EngineOptions(2, 1, 1, 256, 0, 40, false))).isEqualTo(expected);
      for (int bits : new int[] {128, 256, 512}) {
        assertThat(
                inAnotherJava(file, "vectors of " + bits + " bits.*", "kedge.vector.bits=" + bits))
            .as("%d bits", bits)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_K", "Q5_K", "Q6_K", "Q8_0"})
  void machineCodeChangesNoBit(TensorType type) throws Exception {
    Path file = RandomModel.small(type).write(folder.resolve("model.gguf"));
    try (Model model = Model.load(file)) {
      String expected = alone(model, options(1, 1, 0, 512));
      String without = inAnotherJava(file, "vectors of \\d+ bits", "kedge.machine-code=false");
      assertThat(without).isEqualTo(expected);
    }
  }

  private static String inAnotherJava(Path file, String kernels, String property) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process child =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--add-modules",
                "jdk.incubator.vector",
                "-D" + property,
                "-cp",
                System.getProperty("java.class.path"),
                SameBitsTest.class.getName(),
                file.toString(),
                kernels)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as(output).isZero();
    return output;
  }

  /** Prints the answer's bits in a Java with other kernels. */
  public static void main(String[] arguments) throws Exception {
    try (Model model = Model.load(Path.of(arguments[0]));
        Engine engine = Engine.start(model, options(2, 1, 0, 50))) {
      if (!engine.kernels().matches(arguments[1])) {
        throw new IllegalStateException(engine.kernels() + " instead of " + arguments[1]);
      }
      System.out.print(bits(engine.submit(request())));
    }
  }
}
