package dev.kedge.engine.sample;

import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenLogprob;
import dev.kedge.engine.TokenLogprob.Candidate;
import dev.kedge.engine.kernel.Exponential;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws the tokens of one generation. The same settings, history and logits give the same token.
 * One thread at a time.
 */
public final class Sampler {
  /* The logit of a token that must not be drawn. */
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private final Sampling sampling;
  private final int topLogprobs;
  private final int vocabularySize;
  /* During a draw, of its room. */
  private float[] logits = {};
  private float[] weights = {};
  /* Occurrences among generated tokens; 0 for tokens of the prompt alone. */
  private final Map<Integer, Integer> seen = new HashMap<>();

  /**
   * @param topLogprobs as in {@link dev.kedge.engine.Request}
   * @param prompt tokens that the repetition penalty knows from the start
   */
  public Sampler(Sampling sampling, int topLogprobs, int[] prompt, int vocabularySize) {
    this.sampling = sampling;
    this.topLogprobs = topLogprobs;
    this.vocabularySize = vocabularySize;
    if (sampling.repetitionPenalty() != 1) for (int token : prompt) seen.put(token, 0);
  }

  /** What draws work in, one at a time: arrays that live as long as a thread, not as a request. */
  public static final class Room {
    private float[] logits = {};
    private float[] weights = {};

    private void resize(int size) {
      if (logits.length == size) return;
      logits = new float[size];
      weights = new float[size];
    }
  }

  /** A drawn token. */
  public record Drawn(int token, Optional<TokenLogprob> logprob) {}

  /**
   * Draws the next token and remembers it.
   *
   * @param all logits of several rows; this one's begin at {@code offset}
   * @param position of the drawn token in its sequence: with the seed it determines the draw
   * @param allowed to the other tokens the model might as well have given no probability; null
   *     allows all
   * @throws ArithmeticException if the logits are no distribution: NaN, infinite, or all −∞
   */
  public Drawn draw(float[] all, int offset, int position, @Nullable BitSet allowed, Room room) {
    enter(room, all, offset);
    penalize();
    if (allowed != null) forbidAllBut(allowed);
    int best = best();
    int token = sampling.temperature() == 0 ? best : random(best, position);
    Optional<TokenLogprob> logprob =
        topLogprobs < 0 ? Optional.empty() : Optional.of(logprob(token, logits[best]));
    seen.merge(token, 1, Integer::sum);
    return new Drawn(token, logprob);
  }

  /**
   * Takes a token that is given instead of drawn, with its log-probability.
   *
   * @throws ArithmeticException if the logits are no distribution
   */
  public Drawn given(float[] all, int offset, int token, Room room) {
    enter(room, all, offset);
    penalize();
    TokenLogprob logprob = logprob(token, logits[best()]);
    seen.merge(token, 1, Integer::sum);
    return new Drawn(token, Optional.of(logprob));
  }

  private void enter(Room room, float[] all, int offset) {
    room.resize(vocabularySize);
    logits = room.logits;
    weights = room.weights;
    System.arraycopy(all, offset, logits, 0, vocabularySize);
  }

  private void forbidAllBut(BitSet allowed) {
    int from = 0;
    while (from < vocabularySize) {
      int to = allowed.nextSetBit(from);
      if (to < 0) to = vocabularySize;
      Arrays.fill(logits, from, to, NEVER);
      from = allowed.nextClearBit(to);
    }
  }

  private void penalize() {
    float repetition = sampling.repetitionPenalty();
    seen.forEach((token, count) -> {
      if (token >= vocabularySize) return;
      float logit = logits[token];
      logit = logit > 0 ? logit / repetition : logit * repetition;
      if (count > 0) {
        logit -= sampling.presencePenalty() + count * sampling.frequencyPenalty();
      }
      logits[token] = logit;
    });
  }

  /* The most probable token, of equal ones the lowest id. */
  private int best() {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      if (Float.isNaN(logits[i])) {
        throw new ArithmeticException("the model's output for token " + i + " is not a number");
      }
      if (logits[i] > logits[best]) best = i;
    }
    if (Float.isInfinite(logits[best])) {
      throw new ArithmeticException("the model's output is infinite: " + logits[best]);
    }
    return best;
  }

  /* Weights are e^((logit − max) / temperature), so the best token's is 1. */
  private int random(int best, int position) {
    float max = logits[best];
    for (int i = 0; i < weights.length; i++) {
      float distance = (logits[i] - max) / sampling.temperature();
      weights[i] = logits[i] == NEVER ? 0 : Exponential.exp(distance);
    }
    int[] ids;
    double sum = 0;
    if (sampling.topK() > 0 && sampling.topK() < weights.length) {
      ids = Candidates.best(logits, weights.length, NEVER, sampling.topK());
      for (int id : ids) sum += weights[id];
    } else {
      for (float weight : weights) sum += weight;
      ids = likely(sum);
    }
    int count = nucleus(ids, sum);
    double kept = 0;
    int end = 0;
    while (end < count && weights[ids[end]] >= sampling.minP()) kept += weights[ids[end++]];
    double left = Draw.uniform(sampling.seed(), position) * kept;
    for (int i = 0; i < end; i++) {
      left -= weights[ids[i]];
      if (left < 0) return ids[i];
    }
    return best; // where rounding left a rest
  }

  /*
   * Best first, without those that topP or minP will drop in any case, so that a large vocabulary
   * need not be sorted whole: tokens below a share 1 − topP of the mean weight make up less than
   * 1 − topP together. Half of that leaves room for rounding.
   */
  private int[] likely(double sum) {
    if (sampling.topP() >= 1 && sampling.minP() == 0)
      return IntStream.range(0, weights.length).toArray();
    double least = Math.max(sampling.minP(), (1 - sampling.topP()) * sum / weights.length / 2);
    return Candidates.best(weights, weights.length, (float) least, weights.length);
  }

  /* How many of the candidates, best first, make up the share topP of all. */
  private int nucleus(int[] ids, double sum) {
    if (sampling.topP() >= 1) return ids.length;
    double wanted = sampling.topP() * sum;
    double reached = 0;
    for (int i = 0; i < ids.length; i++) {
      reached += weights[ids[i]];
      if (reached >= wanted) return i + 1;
    }
    return ids.length;
  }

  private TokenLogprob logprob(int token, float max) {
    double sum = 0;
    for (float logit : logits) if (logit > NEVER) sum += Exponential.exp(logit - max);
    double log = max + StrictMath.log(sum);
    List<Candidate> top = new ArrayList<>();
    if (topLogprobs > 0) {
      for (int id : Candidates.best(logits, logits.length, -Float.MAX_VALUE, topLogprobs)) {
        top.add(new Candidate(id, (float) (logits[id] - log)));
      }
    }
    return new TokenLogprob(token, (float) (logits[token] - log), List.copyOf(top));
  }
}
