package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.engine.Engine;
import dev.kedge.engine.FinishReason;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Model;
import dev.kedge.engine.QueueFullException;
import dev.kedge.engine.TokenEvent;
import dev.kedge.engine.token.Tokenizer;
import java.util.Arrays;

/** How probable the embedded engine finds a given text behind another. Thread-safe. */
public final class GivenText {
  private final Tokenizer tokenizer;
  private final Engine engine;

  public GivenText(Model model, Engine engine) {
    this.tokenizer = model.tokenizer();
    this.engine = engine;
  }

  /**
   * The natural log-probability of {@code continuation} behind {@code prompt}: the sum over its
   * tokens. Where a token spans the border of both texts, it counts to the continuation.
   *
   * @throws KedgeException Invalid if both do not fit the context, Overloaded where there is no
   *     place
   */
  public double logprob(String prompt, String continuation) throws InterruptedException {
    int[] head = tokenizer.encode(prompt, true, false);
    int[] whole = tokenizer.encode(prompt + continuation, true, false);
    int shared = Math.max(0, Arrays.mismatch(head, whole));
    int border = Math.min(shared, whole.length - 1);
    if (border < 1) throw KedgeException.invalid("there is no text to continue");
    int[] given = Arrays.copyOfRange(whole, border, whole.length);
    try (Generation generation = engine.submitGiven(Arrays.copyOf(whole, border), given)) {
      return sum(generation);
    } catch (QueueFullException e) {
      throw EmbeddedBackend.busy(e);
    } catch (IllegalArgumentException e) {
      throw EmbeddedBackend.invalid(e);
    } catch (IllegalStateException e) {
      throw EmbeddedBackend.stopped(e);
    }
  }

  private static double sum(Generation generation) throws InterruptedException {
    double sum = 0;
    while (true) {
      switch (generation.next()) {
        case TokenEvent.Token token -> sum += token.logprob().orElseThrow().logprob();
        case TokenEvent.End end -> {
          if (end.reason() == FinishReason.LENGTH) return sum;
          throw new KedgeException(
              new Failure.Broken(
                  "the model failed: " + end.message().orElse("no reason given"),
                  "engine_failed",
                  false));
        }
      }
    }
  }
}
