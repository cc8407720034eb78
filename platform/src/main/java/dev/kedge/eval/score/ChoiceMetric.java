package dev.kedge.eval.score;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The most probable of several continuations is the right one. */
public final class ChoiceMetric implements Metric {
  private final String name;

  public ChoiceMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.share(
            name,
            "Share of cases in which the right option has the highest log-probability behind the"
                + " question; of equal ones the first counts."),
        Measure.share(
            name + ".per_byte",
            "The same with each option's log-probability divided by its length in UTF-8 bytes."),
        Measure.classes(
            name + ".option",
            "The option that was chosen, by its text up to 40 characters: shows a model that always"
                + " takes the same one."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    int right = question.options().indexOf(question.expectedText());
    List<Double> logprobs = reply.likelihoods();
    boolean usable = reply.answered() && right >= 0 && logprobs.size() == question.options().size();
    scores.put(name, usable && best(question, logprobs, false) == right);
    if (right >= 0) {
      int chosen = usable ? best(question, logprobs, false) : -1;
      String found = chosen < 0 ? ClassPair.NONE : shown(question, chosen);
      scores.put(name + ".option", new ClassPair(shown(question, right), found));
    }
    scores.put(name + ".per_byte", usable && best(question, logprobs, true) == right);
  }

  private static String shown(EvalCase question, int option) {
    String text = question.options().get(option).strip();
    return text.length() <= 40 ? text : text.substring(0, 40);
  }

  private static int best(EvalCase question, List<Double> logprobs, boolean perByte) {
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logprobs.size(); i++) {
      int bytes = question.options().get(i).getBytes(StandardCharsets.UTF_8).length;
      double value = logprobs.get(i) / (perByte ? Math.max(1, bytes) : 1);
      if (value <= most) continue;
      most = value;
      best = i;
    }
    return best;
  }
}
