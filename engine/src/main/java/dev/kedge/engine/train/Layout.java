package dev.kedge.engine.train;

/**
 * Where each parameter lies in the one array of all parameters. Matrices are stored input × output
 * (lanes run along outputs), the embedding vocabulary × dim; queries, keys and values form one
 * matrix, gates and values of the feed-forward part another. Gains come last.
 */
final class Layout {
  final LlamaShape shape;
  private final int layer;
  private final int wo;
  private final int gateUp;
  private final int down;
  private final int gains;
  private final int total;

  Layout(LlamaShape shape) {
    this.shape = shape;
    long d = shape.dim();
    long perLayer = d * shape.qkvDim() + d * d + 3L * d * shape.ffn();
    long all = d * shape.vocabulary() + perLayer * shape.layers() + d * (2L * shape.layers() + 1);
    if (all > 1 << 29) {
      throw new IllegalArgumentException("at most 536 million parameters, not " + all);
    }
    wo = shape.dim() * shape.qkvDim();
    gateUp = wo + shape.dim() * shape.dim();
    down = gateUp + 2 * shape.dim() * shape.ffn();
    layer = (int) perLayer;
    gains = shape.dim() * shape.vocabulary() + layer * shape.layers();
    total = (int) all;
  }

  int embedding() {
    return 0;
  }

  int qkv(int l) {
    return shape.dim() * shape.vocabulary() + l * layer;
  }

  int output(int l) {
    return qkv(l) + wo;
  }

  int gateUp(int l) {
    return qkv(l) + gateUp;
  }

  int down(int l) {
    return qkv(l) + down;
  }

  int attentionGain(int l) {
    return gains + 2 * l * shape.dim();
  }

  int ffnGain(int l) {
    return gains + (2 * l + 1) * shape.dim();
  }

  int finalGain() {
    return gains + 2 * shape.layers() * shape.dim();
  }

  /** First parameter that is a gain; those before it belong to matrices. */
  int gains() {
    return gains;
  }

  int total() {
    return total;
  }

  /** Seeded starting weights: normals of 0.02, projections into the residual stream smaller. */
  float[] initial(long seed) {
    float[] weights = new float[total];
    float base = 0.02f;
    float residual = (float) (base / StrictMath.sqrt(2.0 * shape.layers()));
    for (int i = 0; i < gains; i++) weights[i] = base * Normals.at(seed, i);
    for (int l = 0; l < shape.layers(); l++) {
      rescale(weights, output(l), gateUp(l), residual / base);
      rescale(weights, down(l), qkv(l + 1), residual / base);
    }
    for (int i = gains; i < total; i++) weights[i] = 1;
    return weights;
  }

  private static void rescale(float[] weights, int from, int to, float factor) {
    for (int i = from; i < to; i++) weights[i] *= factor;
  }
}
