package dev.kedge.eval.score;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last number of the answer is the expected one, as in GSM8K. */
public final class NumberMetric implements Metric {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:[0-9]{1,3}(?:,[0-9]{3})++|[0-9]++)(?:\\.[0-9]++)?");
  private static final Pattern MARKED = Pattern.compile("#### (-?[0-9.,]+)");
  private static final int LONGEST = 60;

  private final String name;

  public NumberMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.share(
            name,
            "Share of answers whose last number equals the expected one by value; thousands may be"
                + " set apart by commas."),
        Measure.share(
            name + ".marked",
            "Share of answers in which the first '#### NUMBER' is the expected one to the letter,"
                + " commas aside: what the published program of GSM8K counts."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    Optional<BigDecimal> expected = first(question.expectedText());
    String text = reply.answered() ? reply.text() : "";
    scores.put(name, expected.isPresent() && same(last(text), expected));
    scores.put(name + ".marked", marked(text, question.expectedText()));
  }

  private static boolean marked(String text, String expected) {
    Matcher found = MARKED.matcher(text);
    return found.find() && plain(found.group(1)).equals(plain(expected));
  }

  private static String plain(String number) {
    return number.strip().replace(",", "");
  }

  private static boolean same(Optional<BigDecimal> a, Optional<BigDecimal> b) {
    return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) == 0;
  }

  private static Optional<BigDecimal> first(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.find() ? value(matcher.group()) : Optional.empty();
  }

  private static Optional<BigDecimal> last(String text) {
    Matcher matcher = NUMBER.matcher(text);
    String found = "";
    while (matcher.find()) found = matcher.group();
    return value(found);
  }

  private static Optional<BigDecimal> value(String text) {
    if (text.isEmpty() || text.length() > LONGEST) return Optional.empty();
    return Optional.of(new BigDecimal(text.replace(",", "")));
  }
}
