package dev.kedge.eval.holdout;

import dev.kedge.eval.score.JsonText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What building a holdout did, step by step. All texts in it are masked.
 *
 * @param steps in their order
 * @param masked values that were masked in the examples, by kind
 * @param spread how the population and the sample are made up
 * @param strata how many kinds the sample was drawn from, and what they are made of
 * @param notes what to know when reading figures of this holdout
 */
public record HoldoutReport(
    List<Step> steps,
    Map<String, Integer> masked,
    List<Part> spread,
    String strata,
    List<String> notes) {
  private static final int EXCERPT = 100;

  public HoldoutReport {
    steps = List.copyOf(steps);
    masked = Collections.unmodifiableMap(new LinkedHashMap<>(masked));
    spread = List.copyOf(spread);
    notes = List.copyOf(notes);
  }

  /**
   * One step.
   *
   * @param in examples before
   * @param out examples after
   */
  public record Step(String name, long in, long out, List<Reason> reasons) {}

  /**
   * Why examples were dropped.
   *
   * @param some of them, the first ones
   */
  public record Reason(String reason, long count, List<Dropped> some) {}

  /**
   * A dropped example.
   *
   * @param place where it came from
   * @param text its beginning
   * @param because of what: the example that it repeats, the line of training
   */
  public record Dropped(String place, String text, String because) {
    static Dropped of(String place, String text, String because) {
      String line = text.replaceAll("\\s+", " ");
      String excerpt = line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "…";
      return new Dropped(place, excerpt, because);
    }
  }

  /**
   * A part of all examples.
   *
   * @param by {@code length}, {@code time}, {@code tags} or {@code cluster}
   * @param population examples to draw from
   * @param sample examples drawn
   */
  public record Part(String by, String name, long population, long sample) {}

  /** For people. */
  public String text() {
    List<String> lines = new ArrayList<>();
    for (Step step : steps) {
      lines.add(
          String.format(Locale.ROOT, "%-18s %,12d -> %,d", step.name(), step.in(), step.out()));
      for (Reason reason : step.reasons()) {
        lines.add(String.format(Locale.ROOT, "  %,d dropped: %s", reason.count(), reason.reason()));
        for (Dropped dropped : reason.some()) {
          String why = dropped.because().isEmpty() ? "" : "  <- " + dropped.because();
          lines.add("    " + dropped.place() + "  " + dropped.text() + why);
        }
      }
    }
    if (!masked.isEmpty()) {
      lines.add("masked in the holdout: " + masked.toString().replaceAll("[{}]", ""));
    }
    lines.add("");
    lines.add("drawn from " + strata);
    String by = "";
    for (Part part : spread) {
      if (!part.by().equals(by)) {
        by = part.by();
        lines.add(
            String.format(Locale.ROOT, "%-46s %12s %8s", "by " + by, "population", "holdout"));
      }
      lines.add(
          String.format(
              Locale.ROOT, "  %-44s %,12d %,8d", part.name(), part.population(), part.sample()));
    }
    lines.add("");
    lines.addAll(notes);
    return String.join("\n", lines);
  }

  /** For scripts. */
  public ObjectNode toJson() {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    ArrayNode all = node.putArray("steps");
    for (Step step : steps) {
      ObjectNode one = all.addObject().put("step", step.name());
      one.put("in", step.in()).put("out", step.out());
      ArrayNode reasons = one.putArray("dropped");
      for (Reason reason : step.reasons()) {
        ObjectNode why = reasons.addObject().put("reason", reason.reason());
        why.put("count", reason.count());
        ArrayNode some = why.putArray("examples");
        for (Dropped dropped : reason.some()) {
          some.addObject()
              .put("place", dropped.place())
              .put("text", dropped.text())
              .put("because", dropped.because());
        }
      }
    }
    ObjectNode kinds = node.putObject("masked");
    masked.forEach(kinds::put);
    node.put("strata", strata);
    ArrayNode parts = node.putArray("spread");
    for (Part part : spread) {
      parts
          .addObject()
          .put("by", part.by())
          .put("name", part.name())
          .put("population", part.population())
          .put("sample", part.sample());
    }
    notes.forEach(node.putArray("notes")::add);
    return node;
  }
}
