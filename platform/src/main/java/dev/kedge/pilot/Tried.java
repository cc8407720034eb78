package dev.kedge.pilot;

import dev.kedge.eval.Answer;
import dev.kedge.eval.CaseResult;
import dev.kedge.eval.Dataset;
import dev.kedge.eval.Evaluation;
import dev.kedge.eval.Scorer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is kept of an evaluation: the answers. Judging them again takes no time and needs no trust
 * in a stored judgement.
 *
 * @param answers in the holdout's order
 * @param duration wall time of the run
 * @param arithmetic which kernels ran
 */
record Tried(List<Answer> answers, Duration duration, String arithmetic) {
  static Tried of(Evaluation evaluation, String arithmetic) {
    return new Tried(
        evaluation.cases().stream().map(CaseResult::answer).toList(),
        evaluation.duration(),
        arithmetic);
  }

  Evaluation judged(String model, String sha256, Dataset dataset, Scorer scorer) {
    List<CaseResult> cases = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      cases.add(scorer.score(dataset.examples().get(i), answers.get(i)));
    }
    return new Evaluation(model, sha256, dataset, cases, duration);
  }
}
