package dev.kedge.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenLogprob;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final Sampler.Room ROOM = new Sampler.Room();
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  @Test
  void greedyTakesTheLowestOfEqualTokens() {
    assertThat(draw(Sampling.GREEDY, 1, 3, 2, 3)).isEqualTo(1);
    assertThat(draw(Sampling.GREEDY, -0f, 0f, NEVER)).isEqualTo(0);
  }

  @Test
  void theDrawDependsOnSeedAndPositionAlone() {
    float[] logits = logits(new Random(1), 50);
    Sampler one = sampler(temperature(1, 7), 50);
    for (int position = 0; position < 100; position++) {
      int fresh = sampler(temperature(1, 7), 50).draw(logits, 0, position, null, ROOM).token();
      assertThat(one.draw(logits, 0, position, null, ROOM).token()).isEqualTo(fresh);
    }
    assertThat(histogram(temperature(1, 1), logits, 200))
        .isNotEqualTo(histogram(temperature(1, 2), logits, 200));
  }

  @Test
  void tokensAreDrawnAsOftenAsTheirProbabilitySays() {
    float[] logits = {0, (float) Math.log(2), (float) Math.log(5), NEVER};
    int[] counts = histogram(temperature(1, 3), logits, 80_000);
    // Three standard deviations of a share of 5/8 in 80,000 draws are 411.
    assertThat(counts[0]).isCloseTo(10_000, within(300));
    assertThat(counts[1]).isCloseTo(20_000, within(380));
    assertThat(counts[2]).isCloseTo(50_000, within(420));
    assertThat(counts[3]).isZero();
    // At temperature 2 probabilities are as the square roots.
    double sum = 1 + Math.sqrt(2) + Math.sqrt(5);
    assertThat(histogram(temperature(2, 3), logits, 80_000)[0])
        .isCloseTo((int) (80_000 / sum), within(400));
  }

  @Test
  void truncationKeepsExactlyTheTokensItShould() {
    float[] logits = log(0.05, 0.4, 0.2, 0.3, 0.05);
    assertThat(drawn(new Sampling(1, 2, 1, 0, 1, 0, 0, 5), logits)).containsExactlyInAnyOrder(1, 3);
    assertThat(drawn(new Sampling(1, 0, 0.71f, 0, 1, 0, 0, 5), logits))
        .containsExactlyInAnyOrder(1, 3, 2);
    assertThat(drawn(new Sampling(1, 0, 0.69f, 0, 1, 0, 0, 5), logits))
        .containsExactlyInAnyOrder(1, 3);
    assertThat(drawn(new Sampling(1, 0, 1, 0.51f, 1, 0, 0, 5), logits))
        .containsExactlyInAnyOrder(1, 3);
    assertThat(drawn(new Sampling(1, 0, 1e-6f, 0, 1, 0, 0, 5), logits)).containsExactly(1);
    // top-p counts shares of what top-k left: 0.4 of 0.9.
    assertThat(drawn(new Sampling(1, 3, 0.45f, 0, 1, 0, 0, 5), logits))
        .containsExactlyInAnyOrder(1, 3);
    assertThat(drawn(new Sampling(1, 1, 1, 0, 1, 0, 0, 5), logits)).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(floats = {0.05f, 0.5f, 0.9f, 0.999f})
  void theNucleusOfALargeVocabularyIsThatOfAFullSort(float topP) {
    Random random = new Random(9);
    float[] logits = logits(random, 5_000);
    double[] sorted = new double[logits.length];
    for (int i = 0; i < sorted.length; i++) sorted[i] = -Math.exp(logits[i]);
    Arrays.sort(sorted);
    double sum = -Arrays.stream(sorted).sum();
    int size = 0;
    for (double reached = 0; reached < topP * sum; size++) reached -= sorted[size];
    double least = -sorted[size - 1];
    for (int id : drawn(new Sampling(1, 0, topP, 0, 1, 0, 0, 3), logits)) {
      assertThat(Math.exp(logits[id])).isGreaterThanOrEqualTo(least * (1 - 1e-5));
    }
  }

  @Test
  void penaltiesActOnSeenTokens() {
    Sampling repetition = new Sampling(0, 0, 1, 0, 2, 0, 0, 0);
    assertThat(
            new Sampler(repetition, -1, new int[] {0}, 2)
                .draw(new float[] {3, 2}, 0, 1, null, ROOM)
                .token())
        .isEqualTo(1);
    assertThat(
            new Sampler(repetition, -1, new int[] {0}, 2)
                .draw(new float[] {-1, -1.5f}, 0, 1, null, ROOM)
                .token())
        .isEqualTo(1);
    Sampling frequency = new Sampling(0, 0, 1, 0, 1, 0.25f, 0.5f, 0);
    Sampler sampler = new Sampler(frequency, -1, new int[] {0, 0, 0}, 2);
    float[] logits = {1.6f, 0.1f};
    // After n draws token 0 has 1.6 - 0.25 - 0.5 n: 1.6, 0.85, 0.35, then -0.15 below token 1.
    for (int expected : new int[] {0, 0, 0, 1}) {
      assertThat(sampler.draw(logits, 0, 5, null, ROOM).token()).isEqualTo(expected);
    }
  }

  @Test
  void logprobsAreThoseOfTheFullDistribution() {
    float[] logits = log(0.1, 0.6, 0.3);
    TokenLogprob found =
        new Sampler(Sampling.GREEDY, 2, new int[] {0}, 3)
            .draw(logits, 0, 0, null, ROOM)
            .logprob()
            .orElseThrow();
    assertThat(found.token()).isEqualTo(1);
    assertThat(found.logprob()).isCloseTo((float) Math.log(0.6), within(1e-5f));
    assertThat(found.top()).extracting(TokenLogprob.Candidate::token).containsExactly(1, 2);
    assertThat(found.top().get(1).logprob()).isCloseTo((float) Math.log(0.3), within(1e-5f));
  }

  @Test
  void logitsThatAreNoDistributionAreRefused() {
    assertThatThrownBy(() -> draw(Sampling.GREEDY, 1, Float.NaN))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("token 1");
    assertThatThrownBy(() -> draw(temperature(1, 1), NEVER, NEVER))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> draw(temperature(1, 1), 0, Float.POSITIVE_INFINITY))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void extremeTemperaturesDrawValidTokens() {
    float[] logits = {Float.MAX_VALUE, -Float.MAX_VALUE, 0, NEVER};
    for (float temperature : new float[] {Float.MIN_VALUE, 1e-30f, 1, 100}) {
      assertThat(drawn(temperature(temperature, 1), logits)).containsExactly(0);
    }
  }

  @Test
  void randomNumbersAreUniform() {
    int[] tenths = new int[10];
    for (int position = 0; position < 100_000; position++) {
      double u = Draw.uniform(position % 10, position / 10);
      assertThat(u).isBetween(0.0, 1 - 0x1p-53);
      tenths[(int) (u * 10)]++;
    }
    // Four standard deviations.
    for (int count : tenths) assertThat(count).isCloseTo(10_000, within(380));
  }

  private static Sampling temperature(float temperature, long seed) {
    return new Sampling(temperature, 0, 1, 0, 1, 0, 0, seed);
  }

  private static Sampler sampler(Sampling sampling, int size) {
    return new Sampler(sampling, -1, new int[] {0}, size);
  }

  private static int draw(Sampling sampling, float... logits) {
    return sampler(sampling, logits.length).draw(logits, 0, 0, null, ROOM).token();
  }

  private static int[] histogram(Sampling sampling, float[] logits, int draws) {
    int[] counts = new int[logits.length];
    Sampler sampler = sampler(sampling, logits.length);
    for (int i = 0; i < draws; i++) counts[sampler.draw(logits, 0, i, null, ROOM).token()]++;
    return counts;
  }

  private static Set<Integer> drawn(Sampling sampling, float[] logits) {
    Set<Integer> ids = new HashSet<>();
    Sampler sampler = sampler(sampling, logits.length);
    for (int i = 0; i < 300; i++) ids.add(sampler.draw(logits, 0, i, null, ROOM).token());
    return ids;
  }

  private static float[] log(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) logits[i] = (float) Math.log(probabilities[i]);
    return logits;
  }

  private static float[] logits(Random random, int size) {
    float[] logits = new float[size];
    for (int i = 0; i < size; i++) logits[i] = (float) (3 * random.nextGaussian());
    return logits;
  }
}
