package dev.kedge.eval.holdout;

import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.PersonalKind;
import dev.kedge.eval.mask.PersonalSpan;
import dev.kedge.eval.mask.PersonalSpans;
import dev.kedge.eval.mask.Suspects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What masking would take out of the inputs of a file, and what it would leave that a person should
 * look at. Holds at most {@value #MOST} different values of a kind.
 */
public final class MaskingReview {
  private static final int MOST = 20_000;

  /**
   * A value.
   *
   * @param count how often it occurs
   * @param place where it was first seen
   */
  public record Value(String text, long count, String place) {}

  private final Map<PersonalKind, Map<String, Value>> masked = new EnumMap<>(PersonalKind.class);
  private final Map<String, Value> left = new HashMap<>();
  private long texts;
  private long touched;
  private long unusable;

  private MaskingReview() {}

  /** Reads what {@code kedge eval holdout build} reads. */
  public static MaskingReview of(Path file) throws IOException {
    MaskingReview review = new MaskingReview();
    Inputs.file(
        file,
        new Inputs.Sink() {
          @Override
          public void entry(Entry entry) {
            review.add(entry.input(), entry.source());
          }

          @Override
          public void unusable(String place, String reason) {
            review.unusable++;
          }
        });
    return review;
  }

  private void add(String text, String place) {
    texts++;
    List<PersonalSpan> spans = PersonalSpans.find(text);
    if (!spans.isEmpty()) touched++;
    for (PersonalSpan span : spans) {
      count(
          masked.computeIfAbsent(span.kind(), _ -> new TreeMap<>()),
          text.substring(span.begin(), span.end()),
          place);
    }
    for (String one : Suspects.find(text)) count(left, one, place);
  }

  private static void count(Map<String, Value> values, String text, String place) {
    Value known = values.get(text);
    if (known == null && values.size() >= MOST) return;
    values.put(
        text,
        known == null
            ? new Value(text, 1, place)
            : new Value(text, known.count() + 1, known.place()));
  }

  /** Texts read. */
  public long texts() {
    return texts;
  }

  /** Texts in which something is masked. */
  public long touched() {
    return touched;
  }

  /** Lines that hold no input. */
  public long unusable() {
    return unusable;
  }

  /** What is masked, the most frequent first, by kind. */
  public Map<PersonalKind, List<Value>> masked() {
    Map<PersonalKind, List<Value>> all = new EnumMap<>(PersonalKind.class);
    masked.forEach((kind, values) -> all.put(kind, sorted(values)));
    return all;
  }

  /** What is left and might be personal, the most frequent first. */
  public List<Value> left() {
    return sorted(left);
  }

  private static List<Value> sorted(Map<String, Value> values) {
    return values.values().stream()
        .sorted(Comparator.comparingLong(Value::count).reversed().thenComparing(Value::text))
        .toList();
  }
}
