package dev.kedge.eval.score;

import dev.kedge.eval.FieldCount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The answer cites the context that it was given. The case's {@code context} is a list of {@code
 * {"id", "text"}}; the answer cites {@code [id]}, and may quote before it: {@code "words" [id]}.
 */
public final class CitationMetric implements Metric {
  private static final Pattern CITED = Pattern.compile("\\[([\\p{L}\\p{N}_.:#/-]{1,80})\\]");
  private static final int LONGEST_QUOTE = 5_000;
  private static final int MOST = 1_000;

  private final String name;

  public CitationMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.share(
            name + ".all",
            "Share of answers that cite something as [id], whose every cited id is in the supplied"
                + " context, and whose every quotation stands there word for word."),
        Measure.counts(
            name + ".ids",
            "A citation [id] is right where the supplied context has a piece of that id."),
        Measure.counts(
            name + ".quotes",
            "A quotation \"…\" directly before [id] is right where that piece of the context holds"
                + " it, white space and form of quotation marks aside."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    Map<String, String> context = new HashMap<>();
    for (JsonNode piece : question.extra().path("context").values()) {
      context.put(piece.path("id").asString(""), plain(piece.path("text").stringValue("")));
    }
    String text = reply.answered() ? reply.text() : "";
    Matcher matcher = CITED.matcher(text);
    int ids = 0;
    boolean good = true;
    while (matcher.find() && ids < MOST) {
      ids++;
      String piece = context.get(matcher.group(1));
      good &= count(name + ".ids", piece != null, scores);
      if (piece == null) scores.note(name + ".ids", "no context is named " + matcher.group(1));
      String quote = plain(quoteBefore(text, matcher.start()));
      if (quote.isEmpty()) continue;
      boolean there = piece != null && piece.contains(quote);
      if (!there) scores.note(name + ".quotes", "not in " + matcher.group(1) + ": " + quote);
      good &= count(name + ".quotes", there, scores);
    }
    scores.put(name + ".all", ids > 0 && good);
  }

  private static boolean count(String measure, boolean right, Scores scores) {
    scores.add(measure, "", new FieldCount(right ? 1 : 0, 1, 1));
    return right;
  }

  /* What stands in quotation marks right before the citation; empty if there is none. */
  private static String quoteBefore(String text, int citation) {
    int end = citation;
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) end--;
    if (end == 0) return "";
    char close = text.charAt(end - 1);
    char open = close == '”' ? '“' : close == '»' ? '«' : close == '"' ? '"' : 0;
    if (open == 0) return "";
    int start = text.lastIndexOf(open, end - 2);
    return start < 0 || end - start > LONGEST_QUOTE ? "" : text.substring(start + 1, end - 1);
  }

  private static String plain(String text) {
    return Texts.spaced(text.replace('’', '\'').replace('“', '"').replace('”', '"'));
  }
}
