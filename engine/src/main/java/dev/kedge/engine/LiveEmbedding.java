package dev.kedge.engine;

import dev.kedge.engine.schedule.Sequence;
import dev.kedge.engine.schedule.Service;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A text on its way to a vector. The sum over its tokens runs in the order of their positions, in
 * double precision, so the vector does not depend on how the text was cut into forward passes.
 */
final class LiveEmbedding extends Live implements Embedding {
  private final Pooling pooling;
  private final double[] sum;
  private int tokens;
  private float[] unit = {};
  private final CompletableFuture<float[]> vector = new CompletableFuture<>();

  LiveEmbedding(int[] prompt, Pooling pooling, int width, Runnable wake) {
    super(Sequence.ofWholeText(prompt, Service.NORMAL), wake);
    this.pooling = pooling;
    this.sum = new double[width];
  }

  /** Takes the final hidden states of the next tokens, [token][width]; the engine's thread. */
  void add(float[] hidden, int from, int count) {
    for (int t = 0; t < count; t++, tokens++) {
      if (pooling == Pooling.FIRST && tokens > 0) continue;
      if (pooling == Pooling.LAST) Arrays.fill(sum, 0);
      int row = (from + t) * sum.length;
      for (int i = 0; i < sum.length; i++) sum[i] += hidden[row + i];
    }
  }

  /**
   * All tokens have been taken; {@link #end} delivers.
   *
   * @throws ArithmeticException if the model's numbers have no direction
   */
  void complete() {
    double squares = 0;
    for (double value : sum) squares += value * value;
    double length = Math.sqrt(squares);
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new ArithmeticException("the model's output has no direction: its length is " + length);
    }
    unit = new float[sum.length];
    for (int i = 0; i < unit.length; i++) unit[i] = (float) (sum[i] / length);
  }

  @Override
  void end(FinishReason reason, Optional<String> message) {
    if (reason == FinishReason.STOP) {
      vector.complete(unit);
      return;
    }
    vector.completeExceptionally(
        reason == FinishReason.CANCELLED
            ? new CancellationException("the request was cancelled")
            : new IllegalStateException(message.orElse("the engine failed")));
  }

  @Override
  public float[] vector() throws InterruptedException {
    try {
      return vector.get().clone();
    } catch (CancellationException e) {
      throw (CancellationException) new CancellationException("it was cancelled").initCause(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IllegalStateException(cause == null ? "it failed" : cause.getMessage(), e);
    }
  }
}
