package dev.kedge.route.tier;

import dev.kedge.base.KedgeException;
import dev.kedge.config.TierSection;
import java.util.Locale;
import java.util.Optional;

/** What a threshold is chosen for. */
public sealed interface Aim {
  /** At least this share of the large model's quality. */
  record RelativeFloor(double share) implements Aim {}

  /** At least this mean score. */
  record AbsoluteFloor(double quality) implements Aim {}

  /** At most this share of calls to the large model. */
  record ShareCeiling(double share) implements Aim {}

  /** At most this mean price of a million tokens, in dollars. */
  record PriceCeiling(double dollars) implements Aim {}

  /** This threshold. */
  record Fixed(double threshold) implements Aim {}

  /** What a configuration asks for; empty where the file's own threshold holds. */
  static Optional<Aim> of(TierSection section) {
    return section
        .qualityFloor()
        .<Aim>map(RelativeFloor::new)
        .or(() -> section.absoluteFloor().map(AbsoluteFloor::new))
        .or(() -> section.ceiling().map(Aim::ceiling))
        .or(() -> section.threshold().map(Fixed::new));
  }

  /** What a ceiling asks for. */
  static Aim ceiling(TierSection.Ceiling ceiling) {
    return ceiling.dollars()
        ? new PriceCeiling(ceiling.value())
        : new ShareCeiling(ceiling.value());
  }

  /**
   * The threshold that meets it.
   *
   * @throws KedgeException if it is a price and there are none
   */
  default double threshold(Curve curve, Optional<Prices> prices) {
    return switch (this) {
      case RelativeFloor floor -> curve.atFloor(floor.share()).threshold();
      case AbsoluteFloor floor -> curve.atAbsoluteFloor(floor.quality()).threshold();
      case ShareCeiling ceiling -> curve.atShare(ceiling.share()).threshold();
      case PriceCeiling ceiling ->
          curve
              .atTokens(prices.orElseThrow(Aim::noPrices).largeShareFor(ceiling.dollars()))
              .threshold();
      case Fixed fixed -> fixed.threshold();
    };
  }

  private static KedgeException noPrices() {
    return KedgeException.invalid(
        "a cost ceiling in dollars needs prices; train with --small-price and --large-price");
  }

  /** For people. */
  default String text() {
    return switch (this) {
      case RelativeFloor floor ->
          "at least " + percent(floor.share()) + " of the large model's quality";
      case AbsoluteFloor floor -> "a mean score of at least " + floor.quality();
      case ShareCeiling ceiling ->
          "at most " + percent(ceiling.share()) + " of the calls to the large model";
      case PriceCeiling ceiling -> "at most $" + ceiling.dollars() + " per million tokens";
      case Fixed fixed -> "the threshold " + fixed.threshold();
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4g %%", 100 * share).replaceFirst("\\.?0+ %", " %");
  }
}
