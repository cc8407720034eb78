package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The forward pass of a decoder-only transformer with rotary positions, grouped-query attention
 * (Ainslie et al. 2023) and a gated feed-forward part (Shazeer 2020), as in Llama.
 *
 * <p>A batch is any mix of tokens of any sequences. Each row's arithmetic reads its own values and
 * its sequence's cache alone, in an order that nothing else in the batch can change.
 *
 * <p>One thread at a time.
 */
public final class Transformer {
  private final ModelConfig config;
  private final Weights weights;
  private final Kernels kernels;
  private final Workers workers;
  private final CachedAttention attention;
  private final double[] frequencies;
  /* Whether some weights read the 8-bit form of these. */
  private final boolean quantizeNormed;
  private final boolean quantizeMixed;
  private final boolean quantizeHidden;

  /* Per token of the batch. */
  private final float[] x; // [width], the residual stream
  private final Activations normed; // [width]
  private final float[] q; // [queryWidth]
  private final float[] k; // [kvWidth]
  private final float[] v; // [kvWidth]
  private final Activations mixed; // [queryWidth], attention's output
  private final Activations hidden; // [hidden]
  private final float[] up; // [hidden]
  private final float[] delta; // [width], what a half block adds
  private final float[] cos; // [rotated / 2]
  private final float[] sin;
  private float[] logits = {};
  private float[] states = {}; // of rows that want them, [width]

  /** Room for batches of up to {@code capacity} rows, whose pages are of halves. */
  public Transformer(
      ModelConfig config, Weights weights, Kernels kernels, Workers workers, int capacity) {
    this(config, weights, kernels, workers, layout(config, KvType.F16), capacity);
  }

  /** Room for batches of up to {@code capacity} rows, whose pages are laid out as given. */
  public Transformer(
      ModelConfig config,
      Weights weights,
      Kernels kernels,
      Workers workers,
      KvLayout layout,
      int capacity) {
    this.config = config;
    this.weights = weights;
    this.kernels = kernels;
    this.workers = workers;
    this.attention = new CachedAttention(config, kernels, workers, layout);
    this.frequencies = frequencies(config, weights.ropeDivisors());
    List<Weights.Layer> layers = weights.layers();
    quantizeNormed =
        weights.output().quantized()
            || layers.stream().flatMap(Transformer::readingNormed).anyMatch(Matrix::quantized);
    quantizeMixed = layers.stream().anyMatch(layer -> layer.attentionOutput().quantized());
    quantizeHidden = layers.stream().anyMatch(layer -> layer.down().quantized());
    x = new float[capacity * config.width()];
    normed = new Activations(capacity, config.width());
    q = new float[capacity * config.queryWidth()];
    k = new float[capacity * config.kvWidth()];
    v = new float[capacity * config.kvWidth()];
    mixed = new Activations(capacity, config.queryWidth());
    hidden = new Activations(capacity, config.hidden());
    up = new float[capacity * config.hidden()];
    delta = new float[capacity * config.width()];
    cos = new float[capacity * frequencies.length];
    sin = new float[capacity * frequencies.length];
  }

  /** How this model's cache pages are laid out. */
  public static KvLayout layout(ModelConfig config, KvType type) {
    return new KvLayout(type, config.layers(), config.kvHeads(), config.headSize());
  }

  private static Stream<Matrix> readingNormed(Weights.Layer layer) {
    return Stream.of(layer.query(), layer.key(), layer.value(), layer.gate(), layer.up());
  }

  private static double[] frequencies(ModelConfig config, float[] divisors) {
    double[] frequencies = new double[config.rotated() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double power = StrictMath.pow(config.ropeBase(), -2.0 * i / config.rotated());
      frequencies[i] = power / divisors[i] / config.ropeFactor();
    }
    return frequencies;
  }

  /** Tokens that logits are given for. */
  public int vocabularySize() {
    return weights.output().rows();
  }

  /**
   * Runs a batch and adds its keys and values to the cache.
   *
   * @return logits of the rows that want them, [row][vocabulary], overwritten by the next call
   */
  public float[] forward(List<BatchRow> batch) {
    int tokens = batch.size();
    attention.begin(batch);
    workers.run(tokens, (t, _) -> embed(batch.get(t), t));
    for (int i = 0; i < config.layers(); i++) {
      Weights.Layer layer = weights.layers().get(i);
      workers.run(tokens, (t, _) -> norm(t, layer.attentionNorm(), t));
      multiply(
          tokens,
          new Product(layer.query(), normed, q),
          new Product(layer.key(), normed, k),
          new Product(layer.value(), normed, v));
      workers.run(tokens, (t, _) -> rotate(layer, t));
      attention.attend(batch, i, q, k, v, Integer.MAX_VALUE, mixed.values());
      if (quantizeMixed) workers.run(tokens, (t, _) -> kernels.quantize(mixed, t));
      multiply(tokens, new Product(layer.attentionOutput(), mixed, delta));
      workers.run(tokens, (t, _) -> addAndNorm(t, layer.feedForwardNorm()));
      multiply(
          tokens,
          new Product(layer.gate(), normed, hidden.values()),
          new Product(layer.up(), normed, up));
      workers.run(tokens, (t, _) -> activate(t));
      multiply(tokens, new Product(layer.down(), hidden, delta));
      workers.run(tokens, (t, _) -> add(t));
    }
    float[] found = logits(batch);
    keepStates(batch);
    return found;
  }

  /**
   * Whether this row of the last batch has a key or value that is not a number or too large to be
   * kept: what its sequence computes from here on means nothing.
   */
  public boolean broken(int row) {
    return attention.broken(row);
  }

  /**
   * The hidden states of the rows of the last batch that wanted them, [row][width], overwritten by
   * the next call of {@link #forward}.
   */
  public float[] hiddenStates() {
    return states;
  }

  private void keepStates(List<BatchRow> batch) {
    int[] rows = rows(batch, BatchRow.Wanted.HIDDEN);
    int width = config.width();
    if (states.length < rows.length * width) states = new float[rows.length * width];
    workers.run(
        rows.length,
        (i, _) ->
            kernels.normalize(
                x, rows[i] * width, weights.outputNorm(), config.epsilon(), states, i * width));
  }

  private static int[] rows(List<BatchRow> batch, BatchRow.Wanted wanted) {
    return IntStream.range(0, batch.size()).filter(t -> batch.get(t).wanted() == wanted).toArray();
  }

  private void embed(BatchRow row, int t) {
    kernels.row(weights.embedding(), row.token(), x, t * config.width());
    for (int i = 0; i < frequencies.length; i++) {
      double angle = row.position() * frequencies[i];
      cos[t * frequencies.length + i] = (float) StrictMath.cos(angle);
      sin[t * frequencies.length + i] = (float) StrictMath.sin(angle);
    }
  }

  private void norm(int t, float[] weight, int to) {
    int width = config.width();
    kernels.normalize(x, t * width, weight, config.epsilon(), normed.values(), to * width);
    if (quantizeNormed) kernels.quantize(normed, to);
  }

  private void rotate(Weights.Layer layer, int t) {
    int size = config.headSize();
    addBias(layer.queryBias(), q, t);
    addBias(layer.keyBias(), k, t);
    addBias(layer.valueBias(), v, t);
    for (int h = 0; h < config.heads(); h++) rotate(q, (t * config.heads() + h) * size, t);
    for (int h = 0; h < config.kvHeads(); h++) rotate(k, (t * config.kvHeads() + h) * size, t);
  }

  private void addBias(float[] bias, float[] values, int t) {
    kernels.add(values, t * bias.length, bias, 0, bias.length);
  }

  private void rotate(float[] head, int offset, int t) {
    int pairs = frequencies.length;
    kernels.rotate(head, offset, cos, sin, t * pairs, pairs, config.family().halves());
  }

  private void addAndNorm(int t, float[] nextNorm) {
    add(t);
    norm(t, nextNorm, t);
  }

  private void add(int t) {
    int width = config.width();
    kernels.add(x, t * width, delta, t * width, width);
  }

  private void activate(int t) {
    kernels.gate(hidden.values(), up, t * config.hidden(), config.hidden());
    if (quantizeHidden) kernels.quantize(hidden, t);
  }

  private float[] logits(List<BatchRow> batch) {
    int[] rows = rows(batch, BatchRow.Wanted.LOGITS);
    int count = rows.length;
    workers.run(count, (i, _) -> norm(rows[i], weights.outputNorm(), i));
    int size = Math.multiplyExact(count, vocabularySize());
    if (logits.length < size) logits = new float[size];
    if (count > 0) multiply(count, new Product(weights.output(), normed, logits));
    return logits;
  }

  /* out[t][row] = weights[row] · in[t] */
  private record Product(Matrix weights, Activations in, float[] out) {}

  /* Cuts the rows of all products into parts, several per thread so that none waits for long. */
  private void multiply(int tokens, Product... products) {
    int rows = 0;
    for (Product product : products) rows += product.weights.rows();
    int size = Math.max(16, (rows / (workers.threads() * 8) + 15) / 16 * 16);
    int parts = 0;
    for (Product product : products) parts += parts(product, size);
    workers.run(
        parts,
        (part, _) -> {
          int index = part;
          int p = 0;
          while (index >= parts(products[p], size)) index -= parts(products[p++], size);
          Matrix matrix = products[p].weights;
          int to = Math.min(matrix.rows(), (index + 1) * size);
          kernels.multiply(
              matrix, index * size, to, products[p].in, tokens, products[p].out, matrix.rows());
        });
  }

  private static int parts(Product product, int size) {
    return (product.weights.rows() + size - 1) / size;
  }
}
