package dev.kedge.rollout.replay;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.rollout.Heard;
import dev.kedge.rollout.HeardParts;
import java.time.Duration;

/**
 * One side of a replay that is asked. Thread-safe.
 *
 * @param backend that answers
 * @param model its name there
 * @param longest time of one call
 */
public record Answering(Backend backend, String model, Duration longest) {
  /**
   * Asks.
   *
   * @param seed of the answer, the same for both sides
   */
  Heard ask(String id, ChatRequest request, long seed) throws InterruptedException {
    long start = System.nanoTime();
    HeardParts parts = new HeardParts();
    CallContext context = new CallContext(id, 0, seed, start + longest.toNanos()).neutral();
    try (Answer answer = backend.start(request.withModel(model), context)) {
      AnswerPart part;
      do {
        part = answer.next();
        parts.add(part);
      } while (!(part instanceof AnswerPart.End));
      return parts.heard(request, since(start), 0);
    } catch (KedgeException e) {
      return Heard.failed(request, since(start));
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
