package dev.kedge.pilot;

import dev.kedge.eval.Rate;
import dev.kedge.eval.stats.Interval;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One target and what was measured. Every target is a share of cases or requests that must be
 * reached, also those on time: "90 % within 2 s".
 *
 * @param what for people, e.g. {@code exactly right answers}
 * @param target least share, 0 to 1
 * @param measured the share
 * @param remark what else was measured, e.g. the percentile itself; may be empty
 */
public record Finding(String what, double target, Rate measured, String remark) {
  /** What the measurement allows to say of the target. */
  public enum Outcome {
    /** The measured share reaches the target. */
    MET,
    /** It does not, but its interval holds the target: chance alone may explain the miss. */
    UNDECIDED,
    /** The whole interval lies below the target. */
    MISSED
  }

  /** Judges. */
  public Outcome outcome() {
    if (measured.n() > 0 && measured.value() >= target) return Outcome.MET;
    return measured.interval().high() < target ? Outcome.MISSED : Outcome.UNDECIDED;
  }

  /** Whether the whole interval reaches the target, so that chance does not explain it. */
  public boolean beyondDoubt() {
    return measured.n() > 0 && measured.interval().low() >= target;
  }

  /** For people: what was asked, what was measured and what follows. */
  public String sentence() {
    Interval interval = measured.interval();
    String end =
        switch (outcome()) {
          case MET ->
              beyondDoubt()
                  ? "met; the whole interval reaches it"
                  : "met in this test; the interval also allows values below it";
          case UNDECIDED -> "undecided: below it in this test, but the interval holds it";
          case MISSED -> "missed: the whole interval lies below it";
        };
    return String.format(
        Locale.ROOT,
        "%s: %.1f %% [%.1f %%, %.1f %%], n = %d; target %s %%, %s%s.",
        what,
        100 * measured.value(),
        100 * interval.low(),
        100 * interval.high(),
        measured.n(),
        percent(target),
        end,
        remark.isEmpty() ? "" : " (" + remark + ")");
  }

  private static String percent(double share) {
    double value = Math.rint(share * 1000) / 10;
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  /** For machines. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("what", what);
    map.put("target", target);
    map.put("measured", measured.value());
    map.put("low", measured.interval().low());
    map.put("high", measured.interval().high());
    map.put("n", measured.n());
    map.put("outcome", outcome().name().toLowerCase(Locale.ROOT));
    map.put("beyondDoubt", beyondDoubt());
    map.put("remark", remark);
    map.put("sentence", sentence());
    return map;
  }
}
