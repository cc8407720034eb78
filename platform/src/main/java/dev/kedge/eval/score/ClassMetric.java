package dev.kedge.eval.score;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The answer names one of a fixed set of classes. */
public final class ClassMetric implements Metric {
  private static final int LONGEST = 1_000;

  private final Measure measure;
  private final Map<String, String> classes = new HashMap<>();

  /**
   * @param classes all of them; without any, every answer is taken as the name of a class
   */
  public ClassMetric(String name, List<String> classes) {
    for (String one : classes) this.classes.put(Texts.normalised(one), one);
    this.measure =
        Measure.classes(
            name,
            "The answer is the name of a class, compared without case, accents and punctuation"
                + (classes.isEmpty()
                    ? "."
                    : "; an answer that is none of the "
                        + classes.size()
                        + " names counts as no class, wherever it may mention one."));
  }

  @Override
  public List<Measure> measures() {
    return List.of(measure);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    String expected = question.expectedText();
    String label = classes.getOrDefault(Texts.normalised(expected), expected);
    scores.put(measure.name(), new ClassPair(label, predicted(reply, label)));
  }

  private String predicted(Reply reply, String label) {
    String text = reply.text();
    if (!reply.answered() || text.length() > LONGEST) return ClassPair.NONE;
    String answer = Texts.normalised(text);
    if (answer.isEmpty()) return ClassPair.NONE;
    if (answer.equals(Texts.normalised(label))) return label;
    if (classes.isEmpty()) return answer;
    return classes.getOrDefault(answer, ClassPair.NONE);
  }
}
