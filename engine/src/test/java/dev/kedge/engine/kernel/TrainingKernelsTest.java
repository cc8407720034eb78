package dev.kedge.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each layer's gradient against central differences of its forward pass. */
class TrainingKernelsTest {
  private static final int N = 21;
  private final Random random = new Random(5);

  @Test
  void theExponentialIsWithinTwoUlps() {
    for (float x = -86; x < 87; x += 0.0137f) {
      float exact = (float) Math.exp(x);
      assertThat(TrainingKernels.exp(x)).isCloseTo(exact, within(2 * Math.ulp(exact)));
    }
  }

  @Test
  void lanesGiveTheBitsOfTheScalarExponential() {
    float[] x = random(77);
    for (int i = 0; i < x.length; i++) x[i] = x[i] * 30 - 40;
    float[] row = x.clone();
    float max = TrainingKernels.max(row, 0, row.length);
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) expected[i] = TrainingKernels.exp(Math.fma(x[i], 1, -max));
    float factor = 1 / TrainingKernels.sum(expected, 0, expected.length);
    for (int i = 0; i < x.length; i++) expected[i] *= factor;
    TrainingKernels.softmax(row, 0, row.length, row.length, 1);
    assertThat(row).isEqualTo(expected);
  }

  @Test
  void normGradient() {
    float[] x = random(N);
    float[] gain = random(N);
    float[] dy = random(N);
    float[] y = new float[N];
    float r = TrainingKernels.norm(x, 0, gain, 0, 1e-5f, y, 0, N);
    float[] dx = new float[N];
    TrainingKernels.normBackward(dy, 0, x, 0, gain, 0, r, dx, 0, new float[N], N);
    check(
        x,
        dx,
        v -> {
          float[] out = new float[N];
          TrainingKernels.norm(v, 0, gain, 0, 1e-5f, out, 0, N);
          return dot(out, dy);
        });
    float[] dGain = new float[N];
    TrainingKernels.gainGradient(dy, 0, x, 0, r, dGain, 0, N);
    check(
        gain,
        dGain,
        v -> {
          float[] out = new float[N];
          TrainingKernels.norm(x, 0, v, 0, 1e-5f, out, 0, N);
          return dot(out, dy);
        });
  }

  @Test
  void swigluGradient() {
    float[] gateUp = random(2 * N);
    float[] dh = random(N);
    float[] gradient = new float[2 * N];
    TrainingKernels.swigluBackward(gateUp, 0, dh, 0, gradient, 0, N);
    check(
        gateUp,
        gradient,
        v -> {
          float[] h = new float[N];
          TrainingKernels.swiglu(v, 0, h, 0, N);
          return dot(h, dh);
        });
  }

  @Test
  void rotationGradientIsTheOppositeRotation() {
    float[] x = random(12);
    float[] dy = random(12);
    float[] cos = {0.5f, 0.8f, -0.6f};
    float[] sin = {0.8660254f, 0.6f, 0.8f};
    float[] gradient = dy.clone();
    TrainingKernels.rotate(gradient, 0, 2, 6, cos, sin, 0, -1);
    check(
        x,
        gradient,
        v -> {
          float[] y = v.clone();
          TrainingKernels.rotate(y, 0, 2, 6, cos, sin, 0, 1);
          return dot(y, dy);
        });
  }

  @Test
  void softmaxGradientSeesOnlyVisibleElements() {
    float[] x = random(N);
    float[] dp = random(N);
    int visible = 13;
    float[] p = x.clone();
    TrainingKernels.softmax(p, 0, visible, N, 0.7f);
    assertThat(p[visible]).isZero();
    float[] gradient = dp.clone();
    TrainingKernels.softmaxBackward(p, 0, gradient, 0, visible, N, 0.7f);
    check(
        x,
        gradient,
        v -> {
          float[] y = v.clone();
          TrainingKernels.softmax(y, 0, visible, N, 0.7f);
          return dot(y, dp);
        });
  }

  @Test
  void crossEntropyGradient() {
    float[] x = random(N);
    float[] gradient = x.clone();
    TrainingKernels.crossEntropy(gradient, 0, N, 4, 1);
    check(x, gradient, v -> TrainingKernels.crossEntropy(v.clone(), 0, N, 4, 1));
  }

  private static void check(float[] x, float[] gradient, Function<float[], Double> f) {
    for (int i = 0; i < x.length; i++) {
      float h = 1e-2f;
      float[] up = x.clone();
      float[] down = x.clone();
      up[i] += h;
      down[i] -= h;
      double slope = (f.apply(up) - f.apply(down)) / ((double) up[i] - down[i]);
      assertThat((double) gradient[i]).isCloseTo(slope, within(2e-3 * (1 + Math.abs(slope))));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }

  private float[] random(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) values[i] = (float) random.nextGaussian();
    return values;
  }
}
