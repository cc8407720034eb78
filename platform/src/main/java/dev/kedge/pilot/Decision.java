package dev.kedge.pilot;

import dev.kedge.cost.CostComparison;
import dev.kedge.cost.CostComparison.Standing;
import dev.kedge.pilot.Finding.Outcome;
import java.util.List;

/** What to do next, with its reasons. The rule stands in the package's note. */
public sealed interface Decision {
  /** Two or three words: scale up, stay, scale back. */
  String title();

  /** One or two sentences for somebody who decides. */
  String summary();

  /** Every target with what was measured. */
  List<Finding> findings();

  /** Every target is met and one's own machine costs less. */
  record ScaleUp(String summary, List<Finding> findings) implements Decision {
    @Override
    public String title() {
      return "Scale up";
    }
  }

  /** Nothing speaks clearly against it, but something is still open. */
  record Stay(String summary, List<Finding> findings) implements Decision {
    @Override
    public String title() {
      return "Stay at pilot size";
    }
  }

  /** A target is clearly missed. */
  record ScaleBack(String summary, List<Finding> findings) implements Decision {
    @Override
    public String title() {
      return "Scale back";
    }
  }

  /** Decides. */
  static Decision of(List<Finding> findings, CostComparison cost) {
    List<String> missed = named(findings, Outcome.MISSED);
    List<String> open = named(findings, Outcome.UNDECIDED);
    Standing standing = cost.standing();
    if (!missed.isEmpty()) {
      return new ScaleBack(
          "The 4-bit model clearly misses the target for "
              + String.join(" and ", missed)
              + ". Keep the present solution for this task.",
          findings);
    }
    if (!open.isEmpty()) {
      return new Stay(
          "This test does not decide on "
              + String.join(" and ", open)
              + ": below target, but within what chance explains. Test more cases before moving"
              + " more work.",
          findings);
    }
    return switch (standing) {
      case CHEAPER, PROBABLY_CHEAPER ->
          new ScaleUp(
              "The 4-bit model met every target of this task on this machine, and running it"
                  + " yourself costs "
                  + (standing == Standing.CHEAPER
                      ? "less than the API over the whole plausible range."
                      : "less than the API by the best estimates, though the ranges overlap.")
                  + doubts(findings),
              findings);
      case UNCLEAR ->
          new Stay(
              "The 4-bit model met every target, but at this volume running it yourself is not"
                  + " cheaper by the best estimates; the ranges overlap.",
              findings);
      case DEARER ->
          new Stay(
              "The 4-bit model met every target, but at this volume the API costs less over the"
                  + " whole plausible range.",
              findings);
    };
  }

  private static String doubts(List<Finding> findings) {
    List<String> narrow =
        findings.stream()
            .filter(finding -> !finding.beyondDoubt())
            .map(Finding::what)
            .map(Decision::small)
            .toList();
    return narrow.isEmpty()
        ? ""
        : " The intervals still allow a value below target for "
            + String.join(" and ", narrow)
            + ": keep measuring while you move.";
  }

  private static List<String> named(List<Finding> findings, Outcome outcome) {
    return findings.stream()
        .filter(finding -> finding.outcome() == outcome)
        .map(Finding::what)
        .map(Decision::small)
        .toList();
  }

  private static String small(String text) {
    return text.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + text.substring(1);
  }
}
