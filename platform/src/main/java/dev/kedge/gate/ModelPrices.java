package dev.kedge.gate;

import dev.kedge.base.KedgeException;
import dev.kedge.config.GateSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the tokens of two models cost, and who says so.
 *
 * @param current of the current model, where it is known
 * @param candidate of the candidate, where it is known
 */
public record ModelPrices(Optional<Known> current, Optional<Known> candidate) {
  /** Nothing is known. */
  public static final ModelPrices NONE = new ModelPrices(Optional.empty(), Optional.empty());

  /**
   * A price.
   *
   * @param price in dollars per million tokens
   * @param source who says so, as behind "from"
   */
  public record Known(GateSection.Price price, String source) {
    private static Known declared(GateSection.Price price) {
      return new Known(price, "the task file");
    }

    private String sentence() {
      return String.format(
              Locale.ROOT, "%s for input and %s for output, from ", price.input(), price.output())
          + source;
    }
  }

  /** The same, where a task file says nothing else. */
  ModelPrices under(Optional<GateSection.Prices> declared) {
    return new ModelPrices(
        declared.flatMap(GateSection.Prices::current).map(Known::declared).or(() -> current),
        declared.flatMap(GateSection.Prices::candidate).map(Known::declared).or(() -> candidate));
  }

  /**
   * Refuses to compare costs without both prices.
   *
   * @throws KedgeException naming what is missing and where it may stand
   */
  void mustBeComplete() {
    List<String> missing = new ArrayList<>();
    if (current.isEmpty()) missing.add("current");
    if (candidate.isEmpty()) missing.add("candidate");
    if (missing.isEmpty()) return;
    throw KedgeException.invalid(
        "limits of cost need prices, and that of the "
            + String.join(" and the ", missing)
            + " model is nowhere: neither with the model in the configuration of --config nor in"
            + " the task's price book; give it in the task file, in dollars per million tokens, as"
            + " gate: prices: {"
            + missing.getFirst()
            + ": {input: 0.15, output: 0.6}}");
  }

  /** Both with their sources. */
  String sentence() {
    return "Prices in dollars per million tokens: current "
        + current.map(Known::sentence).orElse("unknown")
        + "; candidate "
        + candidate.map(Known::sentence).orElse("unknown")
        + ".";
  }
}
