package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Workers;
import dev.kedge.engine.model.Products.Product;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a decoder-only transformer with rotary positions, grouped-query attention
 * (Ainslie et al. 2023) and a gated feed-forward part (Shazeer 2020) or a mixture of them, as in
 * Llama, Mistral, Mixtral and Qwen.
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
  private final Products products;
  private final double[] frequencies;
  private final double magnitude;
  /* Whether some weights read the 8-bit form of these. */
  private final boolean quantizeNormed;
  private final boolean quantizeMixed;
  private final boolean quantizeHidden;
  private final List<Met> met; // per block
  private final Activations.Forms metByOutput;

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
  private final @Nullable ExpertMixture mixture;
  private float[] logits = {};
  private float[] states = {}; // of rows that want them, [width]

  /* By which weights of a block the 8-bit forms are read. */
  private record Met(
      Activations.Forms byQueries,
      Activations.Forms byAttentionOutput,
      Activations.Forms byInput,
      Activations.Forms byHidden) {
    static Met of(Weights.Layer layer) {
      return new Met(
          Activations.Forms.of(Stream.of(layer.query(), layer.key(), layer.value())),
          Activations.Forms.of(Stream.of(layer.attentionOutput())),
          Activations.Forms.of(layer.feedForward().readingInput()),
          Activations.Forms.of(layer.feedForward().readingHidden()));
    }
  }

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
    this.products = new Products(kernels, workers);
    this.frequencies =
        config.rope().frequencies(config.ropeBase(), config.rotated(), weights.ropeDivisors());
    this.magnitude = config.rope().magnitude();
    List<Weights.Layer> layers = weights.layers();
    quantizeNormed =
        weights.output().quantized()
            || layers.stream().flatMap(Transformer::readingNormed).anyMatch(Matrix::quantized);
    quantizeMixed = layers.stream().anyMatch(layer -> layer.attentionOutput().quantized());
    quantizeHidden =
        layers.stream()
            .flatMap(layer -> layer.feedForward().readingHidden())
            .anyMatch(Matrix::quantized);
    met = layers.stream().map(Met::of).toList();
    metByOutput = Activations.Forms.of(Stream.of(weights.output()));
    x = new float[capacity * config.width()];
    normed =
        Activations.of(
            capacity,
            config.width(),
            Stream.concat(
                Stream.of(weights.output()), layers.stream().flatMap(Transformer::readingNormed)));
    q = new float[capacity * config.queryWidth()];
    k = new float[capacity * config.kvWidth()];
    v = new float[capacity * config.kvWidth()];
    mixed =
        Activations.of(
            capacity, config.queryWidth(), layers.stream().map(Weights.Layer::attentionOutput));
    hidden =
        Activations.of(
            capacity,
            config.hidden(),
            layers.stream().flatMap(layer -> layer.feedForward().readingHidden()));
    up = new float[capacity * config.hidden()];
    delta = new float[capacity * config.width()];
    cos = new float[capacity * frequencies.length];
    sin = new float[capacity * frequencies.length];
    mixture =
        config.experts() == 0
            ? null
            : new ExpertMixture(
                config,
                products,
                quantizeNormed,
                quantizeHidden,
                layers.stream().map(Weights.Layer::feedForward).toList(),
                capacity);
  }

  /** How this model's cache pages are laid out. */
  public static KvLayout layout(ModelConfig config, KvType type) {
    return new KvLayout(type, config.layers(), config.kvHeads(), config.headSize());
  }

  private static Stream<Matrix> readingNormed(Weights.Layer layer) {
    return Stream.concat(
        Stream.of(layer.query(), layer.key(), layer.value()), layer.feedForward().readingInput());
  }

  /**
   * A guess of how many positions a token can look at in the time that the weights take for it, by
   * the multiply-adds of both.
   */
  public double positionsOfToken() {
    double position = 2.0 * config.layers() * config.queryWidth();
    return weights.perToken(config, m -> Math.round(m.weights() / kernels.perAttention(m)))
        / position;
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
    run(batch, () -> false);
    return finish(batch);
  }

  /**
   * Computes a batch whose results nobody wants: weights come into memory, and the compiler sees
   * the kernels.
   *
   * @param givenUp asked before every block; once it says true, no more is computed
   * @return whether it came to the end
   */
  public boolean warmUp(List<BatchRow> batch, BooleanSupplier givenUp) {
    if (!run(batch, givenUp)) return false;
    finish(batch);
    return true;
  }

  private boolean run(List<BatchRow> batch, BooleanSupplier givenUp) {
    int tokens = batch.size();
    attention.begin(batch);
    workers.run(tokens, (t, _) -> embed(batch.get(t), t));
    for (int i = 0; i < config.layers(); i++) {
      if (givenUp.getAsBoolean()) return false;
      Weights.Layer layer = weights.layers().get(i);
      normed.meet(met.get(i).byQueries);
      mixed.meet(met.get(i).byAttentionOutput);
      hidden.meet(met.get(i).byHidden);
      workers.run(tokens, (t, _) -> norm(t, layer.attentionNorm(), t));
      products.multiply(
          tokens,
          new Product(layer.query(), normed, q),
          new Product(layer.key(), normed, k),
          new Product(layer.value(), normed, v));
      workers.run(tokens, (t, _) -> rotate(layer, t));
      attention.attend(batch, i, q, k, v, mixed.values());
      if (quantizeMixed) workers.run(tokens, (t, _) -> kernels.quantize(mixed, t));
      products.multiply(tokens, new Product(layer.attentionOutput(), mixed, delta));
      normed.meet(met.get(i).byInput);
      workers.run(tokens, (t, _) -> addAndNorm(t, layer.feedForwardNorm()));
      feedForward(layer.feedForward(), tokens);
      workers.run(tokens, (t, _) -> add(t));
    }
    return !givenUp.getAsBoolean();
  }

  private float[] finish(List<BatchRow> batch) {
    float[] found = logits(batch);
    keepStates(batch);
    return found;
  }

  /* delta = the part's result for normed. */
  private void feedForward(FeedForward part, int tokens) {
    switch (part) {
      case FeedForward.Dense(Matrix gate, Matrix rise, Matrix down) -> {
        products.multiply(
            tokens, new Product(gate, normed, hidden.values()), new Product(rise, normed, up));
        workers.run(tokens, (t, _) -> activate(t));
        products.multiply(tokens, new Product(down, hidden, delta));
      }
      case FeedForward.Mixture experts ->
          Objects.requireNonNull(mixture).run(experts, normed, tokens, delta);
    }
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
      cos[t * frequencies.length + i] = (float) (StrictMath.cos(angle) * magnitude);
      sin[t * frequencies.length + i] = (float) (StrictMath.sin(angle) * magnitude);
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
    for (int h = 0; h < config.heads(); h++) {
      int from = (t * config.heads() + h) * size;
      normHead(q, from, layer.queryNorm());
      rotate(q, from, t);
    }
    for (int h = 0; h < config.kvHeads(); h++) {
      int from = (t * config.kvHeads() + h) * size;
      normHead(k, from, layer.keyNorm());
      rotate(k, from, t);
    }
  }

  private void addBias(float[] bias, float[] values, int t) {
    kernels.add(values, t * bias.length, bias, 0, bias.length);
  }

  private void normHead(float[] heads, int from, float[] weight) {
    if (weight.length > 0) {
      kernels.normalize(heads, from, weight, config.epsilon(), heads, from);
    }
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
    normed.meet(metByOutput);
    workers.run(count, (i, _) -> norm(rows[i], weights.outputNorm(), i));
    int size = Math.multiplyExact(count, vocabularySize());
    if (logits.length < size) logits = new float[size];
    if (count > 0) products.multiply(count, new Product(weights.output(), normed, logits));
    return logits;
  }
}
