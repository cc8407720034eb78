package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Activations;
import dev.kedge.engine.kernel.Exponential;
import dev.kedge.engine.model.Products.Product;
import java.util.List;

/**
 * The mixture of experts of one batch (Shazeer et al. 2017; Mixtral, Jiang et al. 2024). The router
 * rates all experts for a token; the best few, ties to the lower number, run with the softmax of
 * their ratings as weights. Tokens that took the same expert pass over its weights together; the
 * weights of experts that nobody took are not read.
 *
 * <p>A token's results are added in order of its own ratings, so neither the batch nor the order in
 * which experts run can change a bit.
 *
 * <p>One thread at a time.
 */
final class ExpertMixture {
  private final ModelConfig config;
  private final Products products;
  private final boolean quantizeInput;
  private final boolean quantizeHidden;
  private final int used;

  private final float[] ratings; // [token][experts]
  private final int[] chosen; // [token][used]
  private final float[] shares; // [token][used]
  private final int[] slots; // of the expert's tokens: token · used + rank
  private final Activations input; // [slot][width]
  private final Activations hidden; // [slot][hidden]
  private final float[] up; // [slot][hidden]
  private final float[] output; // [slot][width]
  private final float[] results; // [token][used][width]

  ExpertMixture(
      ModelConfig config,
      Products products,
      boolean quantizeInput,
      boolean quantizeHidden,
      List<FeedForward> parts,
      int capacity) {
    this.config = config;
    this.products = products;
    this.quantizeInput = quantizeInput;
    this.quantizeHidden = quantizeHidden;
    used = config.expertsUsed();
    ratings = new float[capacity * config.experts()];
    chosen = new int[capacity * used];
    shares = new float[capacity * used];
    slots = new int[capacity];
    input =
        Activations.of(capacity, config.width(), parts.stream().flatMap(FeedForward::readingInput));
    hidden =
        Activations.of(
            capacity, config.hidden(), parts.stream().flatMap(FeedForward::readingHidden));
    up = new float[capacity * config.hidden()];
    output = new float[capacity * config.width()];
    results = new float[capacity * used * config.width()];
  }

  /** {@code delta[t] = mixture(normed[t])} for {@code t < tokens}. */
  void run(FeedForward.Mixture mixture, Activations normed, int tokens, float[] delta) {
    products.multiply(tokens, new Product(mixture.router(), normed, ratings));
    for (int t = 0; t < tokens; t++) choose(t);
    for (int e = 0; e < config.experts(); e++) {
      int count = gather(e, normed, tokens);
      if (count > 0) run(mixture.experts().get(e), count);
    }
    products.workers().run(tokens, (t, _) -> combine(t, delta));
  }

  private void choose(int t) {
    int from = t * config.experts();
    for (int rank = 0; rank < used; rank++) {
      int best = -1;
      for (int e = 0; e < config.experts(); e++) {
        if (taken(t, rank, e)) continue;
        if (best < 0 || ratings[from + e] > ratings[from + best]) best = e;
      }
      chosen[t * used + rank] = best;
    }
    float top = ratings[from + chosen[t * used]];
    float sum = 0;
    for (int rank = 0; rank < used; rank++) {
      float share = Exponential.exp(ratings[from + chosen[t * used + rank]] - top);
      shares[t * used + rank] = share;
      sum += share;
    }
    for (int rank = 0; rank < used; rank++) shares[t * used + rank] /= sum;
  }

  private boolean taken(int t, int ranks, int expert) {
    for (int rank = 0; rank < ranks; rank++) {
      if (chosen[t * used + rank] == expert) return true;
    }
    return false;
  }

  /* Copies the input of the tokens that took this expert; how many they are. */
  private int gather(int expert, Activations normed, int tokens) {
    int count = 0;
    for (int place = 0; place < tokens * used; place++) {
      if (chosen[place] == expert) slots[count++] = place;
    }
    int width = config.width();
    products
        .workers()
        .run(
            count,
            (slot, _) -> {
              int t = slots[slot] / used;
              System.arraycopy(normed.values(), t * width, input.values(), slot * width, width);
              if (quantizeInput) products.kernels().quantize(input, slot);
            });
    return count;
  }

  private void run(FeedForward.Dense expert, int count) {
    products.multiply(
        count,
        new Product(expert.gate(), input, hidden.values()),
        new Product(expert.up(), input, up));
    int width = config.width();
    products
        .workers()
        .run(
            count,
            (slot, _) -> {
              products.kernels().gate(hidden.values(), up, slot * config.hidden(), config.hidden());
              if (quantizeHidden) products.kernels().quantize(hidden, slot);
            });
    products.multiply(count, new Product(expert.down(), hidden, output));
    for (int slot = 0; slot < count; slot++) {
      System.arraycopy(output, slot * width, results, slots[slot] * width, width);
    }
  }

  private void combine(int t, float[] delta) {
    int width = config.width();
    for (int i = 0; i < width; i++) {
      float sum = 0;
      for (int place = t * used; place < (t + 1) * used; place++) {
        sum = Math.fma(shares[place], results[place * width + i], sum);
      }
      delta[t * width + i] = sum;
    }
  }
}
