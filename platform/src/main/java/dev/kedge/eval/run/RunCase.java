package dev.kedge.eval.run;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.score.ClassPair;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import dev.kedge.eval.score.Scores;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One case of a run with its answer and scores: a line of {@code cases.jsonl}, in the order of the
 * data set.
 *
 * @param id unique in the run
 * @param digest SHA-256 of input, label and other fields: equal digests in two runs are the same
 *     case
 * @param tags for slices
 * @param cluster cases of the same cluster are not independent; empty: the case stands alone
 * @param input what was asked
 * @param expected the label, or JSON null
 * @param reply what came back
 * @param metrics values by the name of the measure: 0 or 1 for shares, a number for means; a
 *     measure that says nothing of this case is absent
 * @param classes expected and predicted class by the name of the measure
 * @param counts right, answered and expected items by the name of the measure and field
 * @param notes why, by the name of the measure
 */
public record RunCase(
    String id,
    String digest,
    List<String> tags,
    String cluster,
    String input,
    JsonNode expected,
    Reply reply,
    Map<String, Double> metrics,
    Map<String, ClassPair> classes,
    Map<String, Map<String, FieldCount>> counts,
    Map<String, String> notes) {

  static RunCase of(EvalCase question, Reply reply, Scores scores) {
    return new RunCase(
        question.id(),
        question.digest(),
        question.tags(),
        question.cluster(),
        question.input(),
        question.expected(),
        reply,
        scores.values(),
        scores.classes(),
        scores.counts(),
        scores.notes());
  }
}
