package dev.kedge.route.tier;

import dev.kedge.config.TierSection.Tier;
import java.util.OptionalDouble;

/**
 * Who answers a call, and why.
 *
 * @param model the tier's model
 * @param reason for people and the reply's header, ASCII: {@code rule name=code}, {@code classifier
 *     p=0.93 threshold=0.88}, {@code images}, {@code token-ids}, {@code empty}, {@code cascade} or
 *     {@code default}
 * @param probability that the small model's answer is good enough, where the classifier was asked
 */
public record TierDecision(Tier tier, String model, String reason, OptionalDouble probability) {
  /** The value of the reply's header {@code x-kedge-tier}. */
  public String header() {
    return tier.text() + "; reason=" + reason;
  }

  /** With four decimals at most, the rest cut off: 0.93, 0.8814. */
  static String decimals(double share) {
    long scaled = (long) (share * 10_000);
    StringBuilder digits = new StringBuilder(6).append(scaled / 10_000).append('.');
    long rest = scaled % 10_000;
    for (long unit = 1000; unit > 0; unit /= 10) {
      digits.append((char) ('0' + rest / unit));
      rest %= unit;
      if (rest == 0 && unit <= 100) break;
    }
    return digits.toString();
  }
}
