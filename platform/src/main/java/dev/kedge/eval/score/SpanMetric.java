package dev.kedge.eval.score;

import dev.kedge.eval.FieldCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The answer lists spans of the input: names, dates, amounts. */
public final class SpanMetric implements Metric {
  private static final int MOST_SPANS = 1_000;

  private final String name;

  public SpanMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    String form =
        " Spans are a JSON list of {\"text\", \"label\"} or {\"start\", \"end\", \"label\"}, or a"
            + " fenced one; each counts once, by label.";
    return List.of(
        Measure.counts(
            name,
            "A span is right where the label has one of the same kind with the same text (white"
                + " space aside), or the same start and end where both are given."
                + form),
        Measure.counts(
            name + ".overlap",
            "A span is right where it shares a word, or a character of its range, with one of the"
                + " same kind that no other span was counted for."
                + form));
  }

  private record Span(String label, String text, int start, int end) {
    boolean placed() {
      return start >= 0 && end > start;
    }

    boolean same(Span other) {
      if (!label.equals(other.label)) return false;
      if (placed() && other.placed()) return start == other.start && end == other.end;
      return !text.isEmpty() && text.equals(other.text);
    }

    boolean overlaps(Span other) {
      if (!label.equals(other.label)) return false;
      if (placed() && other.placed()) return start < other.end && other.start < end;
      if (text.isEmpty() || other.text.isEmpty()) return false;
      List<String> words = List.of(Texts.normalised(text).split(" ", -1));
      for (String word : Texts.normalised(other.text).split(" ", -1)) {
        if (!word.isEmpty() && words.contains(word)) return true;
      }
      return false;
    }
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    List<Span> expected = spans(question.expected());
    Optional<JsonNode> parsed =
        reply.answered() ? JsonText.parse(Texts.unfenced(reply.text())) : Optional.empty();
    List<Span> found = parsed.map(SpanMetric::spans).orElse(List.of());
    if (parsed.isEmpty()) scores.note(name, "the answer is no JSON list");
    count(name, expected, found, false, scores);
    count(name + ".overlap", expected, found, true, scores);
  }

  private static List<Span> spans(JsonNode node) {
    JsonNode list = node.isObject() ? node.path("spans") : node;
    List<Span> spans = new ArrayList<>();
    for (JsonNode one : list.values()) {
      if (!one.isObject() || spans.size() >= MOST_SPANS) continue;
      spans.add(
          new Span(
              one.path("label").stringValue(""),
              Texts.spaced(one.path("text").stringValue("")),
              one.path("start").intValue(-1),
              one.path("end").intValue(-1)));
    }
    return spans;
  }

  private static void count(
      String measure, List<Span> expected, List<Span> found, boolean overlap, Scores scores) {
    Map<String, FieldCount> counts = new TreeMap<>();
    List<Span> left = new ArrayList<>(expected);
    for (Span span : expected)
      counts.merge(span.label(), new FieldCount(0, 0, 1), FieldCount::plus);
    for (Span span : found) {
      Optional<Span> match = left.stream().filter(span::same).findFirst();
      if (match.isEmpty() && overlap) match = left.stream().filter(span::overlaps).findFirst();
      match.ifPresent(left::remove);
      counts.merge(span.label(), new FieldCount(match.isPresent() ? 1 : 0, 1, 0), FieldCount::plus);
    }
    // A case without any span says that none was to be found: it counts with nothing in it.
    if (counts.isEmpty()) counts.put("", FieldCount.NONE);
    counts.forEach((label, count) -> scores.add(measure, label, count));
  }
}
