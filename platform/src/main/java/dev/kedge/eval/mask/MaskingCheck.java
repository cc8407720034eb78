package dev.kedge.eval.mask;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.Rate;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Masking measured on texts whose personal data people labelled, in the layout of Presidio's
 * research data: a JSON list of {@code full_text} and {@code spans}. A label counts as found if
 * every letter and digit of it is masked, as whatever kind; what is masked counts as right if it
 * touches a label.
 */
public final class MaskingCheck {
  private static final long LARGEST = 256L << 20;
  private static final int MOST_EXAMPLES = 200;

  /**
   * What was labelled under one name.
   *
   * @param found of {@code all}
   * @param missed examples
   */
  public record Labels(Rate found, List<String> missed) {}

  /**
   * What was masked as one kind.
   *
   * @param right that are labelled as anything, of all that were masked
   * @param wrong examples
   */
  public record Masked(Rate right, List<String> wrong) {}

  /**
   * All of it.
   *
   * @param texts how many
   * @param labels by the file's name of the kind
   * @param masked by our kind
   */
  public record Found(int texts, Map<String, Labels> labels, Map<PersonalKind, Masked> masked) {}

  private static final class Count {
    private int all;
    private int good;
    private final List<String> bad = new ArrayList<>();

    void add(boolean right, String text) {
      all++;
      if (right) good++;
      else if (bad.size() < MOST_EXAMPLES) bad.add(text);
    }

    Rate rate() {
      return new Rate(good, all);
    }
  }

  private final Path file;
  private final JsonNode texts;

  private MaskingCheck(Path file, JsonNode texts) {
    this.file = file;
    this.texts = texts;
  }

  /**
   * Reads a labelled file.
   *
   * @throws KedgeException if it is not in this layout
   */
  public static MaskingCheck read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) throw KedgeException.invalid(file + " is larger than 256 MiB");
    try {
      JsonNode texts = JsonText.STRICT.readTree(Files.readString(file));
      if (texts.isArray()) return new MaskingCheck(file, texts);
      throw KedgeException.invalid(file + ": expected a JSON list of texts with labels");
    } catch (JacksonException e) {
      throw KedgeException.invalid(file + ": not JSON: " + e.getOriginalMessage());
    }
  }

  /** Over all texts. */
  public Found all() {
    return over(_ -> true);
  }

  /**
   * Over the templates on which no rule was made, those with a number that leaves 3 by 4, or over
   * all others: texts of one template differ in values only, so that no template is in both.
   */
  public Found part(boolean heldOut) {
    return over(text -> (text.path("template_id").asLong(0) % 4 == 3) == heldOut);
  }

  private Found over(Predicate<JsonNode> wanted) {
    TreeMap<String, Count> labels = new TreeMap<>();
    EnumMap<PersonalKind, Count> masked = new EnumMap<>(PersonalKind.class);
    int number = 0;
    int counted = 0;
    for (JsonNode one : texts.values()) {
      number++;
      if (!wanted.test(one)) continue;
      counted++;
      String text = one.path("full_text").stringValue("");
      List<PersonalSpan> spans = PersonalSpans.find(text);
      List<PersonalSpan> all = new ArrayList<>();
      for (JsonNode label : one.path("spans").values()) {
        int begin = label.path("start_position").asInt(-1);
        int end = label.path("end_position").asInt(-1);
        if (begin < 0 || end < begin || end > text.length()) {
          throw KedgeException.invalid(file + ": text " + number + ": a label lies outside of it");
        }
        all.add(new PersonalSpan(PersonalKind.NAME, begin, end));
        labels
            .computeIfAbsent(label.path("entity_type").stringValue("?"), _ -> new Count())
            .add(covered(text, begin, end, spans), text.substring(begin, end));
      }
      for (PersonalSpan span : spans) {
        masked
            .computeIfAbsent(span.kind(), _ -> new Count())
            .add(all.stream().anyMatch(span::overlaps), text.substring(span.begin(), span.end()));
      }
    }
    return found(counted, labels, masked);
  }

  private static Found found(
      int texts, Map<String, Count> labels, Map<PersonalKind, Count> masked) {
    Map<String, Labels> byLabel = new TreeMap<>();
    labels.forEach((name, count) -> byLabel.put(name, new Labels(count.rate(), count.bad)));
    Map<PersonalKind, Masked> byKind = new EnumMap<>(PersonalKind.class);
    masked.forEach((kind, count) -> byKind.put(kind, new Masked(count.rate(), count.bad)));
    return new Found(texts, byLabel, byKind);
  }

  private static boolean covered(String text, int begin, int end, List<PersonalSpan> spans) {
    for (int i = begin; i < end; i++) {
      if (!Character.isLetterOrDigit(text.charAt(i))) continue;
      int at = i;
      if (spans.stream().noneMatch(span -> span.begin() <= at && at < span.end())) return false;
    }
    return true;
  }
}
