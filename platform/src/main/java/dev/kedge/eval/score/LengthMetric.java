package dev.kedge.eval.score;

import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;

/** How long answers are. */
public final class LengthMetric implements Metric {
  private final String name;

  public LengthMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        mean("characters", "Unicode characters of an answer."),
        mean("words", "Runs of letters, digits and underscores."),
        mean("sentences", "Sentences by Unicode's rules for text boundaries (UAX 29)."),
        mean("tokens", "Tokens of an answer as the target counts them."));
  }

  private Measure mean(String of, String definition) {
    return Measure.mean(name + "." + of, Measure.Better.NEITHER, of, definition);
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (!reply.answered()) return;
    String text = reply.text();
    scores.put(name + ".characters", text.codePointCount(0, text.length()));
    scores.put(name + ".words", words(text));
    scores.put(name + ".sentences", sentences(text));
    scores.put(name + ".tokens", reply.completionTokens());
  }

  /** Runs of letters, digits and underscores. */
  static int words(String text) {
    int words = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean part = Character.isLetterOrDigit(c) || c == '_' || (inside && mark(c));
      if (part && !inside) words++;
      inside = part;
      i += Character.charCount(c);
    }
    return words;
  }

  private static boolean mark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static int sentences(String text) {
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    breaks.setText(text);
    int sentences = 0;
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      if (!text.substring(start, end).isBlank()) sentences++;
    }
    return sentences;
  }
}
