package dev.kedge.engine.train;

/**
 * How to train a model from scratch.
 *
 * @param dim length of the residual stream
 * @param layers blocks
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param ffn inner length of the feed-forward part
 * @param vocabulary tokens, at most 65,536; fewer are used where the data has no more pairs
 * @param context longest sequence in tokens; longer examples are left out
 * @param batchTokens about how many tokens a step learns from
 * @param learningRate highest learning rate
 * @param warmupSteps steps of linear rise
 * @param steps optimizer steps, or 0 to use {@code epochs} or {@code maxMinutes}
 * @param epochs passes over the data where {@code steps} is 0
 * @param maxMinutes time to train where above 0 and {@code steps} is 0: the number of steps is
 *     fixed once the speed is known
 * @param weightDecay decoupled decay of matrices
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param clip highest global norm of the gradient
 * @param seed of weights, order and validation split
 * @param validationShare share of the examples held out, where no validation examples are given
 * @param evalEvery steps between validations, 0 for twenty in all
 * @param patience validations without a better loss before training stops, 0 for no early stop
 * @param checkpointEvery steps between checkpoints, 0 for none but at a stop
 */
public record TrainingOptions(
    int dim,
    int layers,
    int heads,
    int kvHeads,
    int ffn,
    int vocabulary,
    int context,
    int batchTokens,
    float learningRate,
    int warmupSteps,
    int steps,
    double epochs,
    double maxMinutes,
    float weightDecay,
    float beta1,
    float beta2,
    float clip,
    long seed,
    double validationShare,
    int evalEvery,
    int patience,
    int checkpointEvery) {

  public TrainingOptions {
    require(vocabulary >= 260 && vocabulary <= 65_536, "vocabulary must be 260 to 65536");
    require(batchTokens >= 16 && batchTokens <= 1 << 22, "batch-tokens must be 16 to 4194304");
    require(learningRate > 0 && learningRate < 1, "learning-rate must lie between 0 and 1");
    require(warmupSteps >= 0 && steps >= 0, "warmup and steps must not be negative");
    require(steps > 0 || epochs > 0 || maxMinutes > 0, "give steps, epochs or max-minutes");
    require(weightDecay >= 0 && weightDecay < 10, "weight-decay must be 0 to 10");
    require(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1, "betas must be 0 to 1");
    require(clip > 0, "clip must be above 0");
    require(validationShare >= 0 && validationShare <= 0.5, "validation-share must be 0 to 0.5");
    require(evalEvery >= 0 && patience >= 0 && checkpointEvery >= 0, "a count is negative");
    var _ = new LlamaShape(dim, layers, heads, kvHeads, ffn, vocabulary, context);
  }

  private static void require(boolean holds, String message) {
    if (!holds) throw new IllegalArgumentException(message);
  }

  /** The shape of the model with this many tokens. */
  public LlamaShape shape(int tokens) {
    return new LlamaShape(dim, layers, heads, kvHeads, ffn, tokens, context);
  }

  /** Everything that decides the resulting bits, but for the data and the number of steps. */
  String identity() {
    return "%d %d %d %d %d %d %d %d %s %d %s %s %s %s %d %s"
        .formatted(
            dim,
            layers,
            heads,
            kvHeads,
            ffn,
            vocabulary,
            context,
            batchTokens,
            learningRate,
            warmupSteps,
            weightDecay,
            beta1,
            beta2,
            clip,
            seed,
            validationShare);
  }
}
