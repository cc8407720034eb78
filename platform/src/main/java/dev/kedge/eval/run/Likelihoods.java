package dev.kedge.eval.run;

import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import java.util.List;

/** Makes a reply of the probabilities of given continuations. */
final class Likelihoods {
  private Likelihoods() {}

  /** The most probable option is the answer; of equally probable ones the first. */
  static Reply reply(EvalCase question, List<Double> logprobs, double totalMs, String fingerprint) {
    int best = 0;
    for (int i = 1; i < logprobs.size(); i++) if (logprobs.get(i) > logprobs.get(best)) best = i;
    return new Reply(
        question.options().get(best), "stop", 0, 0, 0, totalMs, fingerprint, logprobs, "");
  }
}
