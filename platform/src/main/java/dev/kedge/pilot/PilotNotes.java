package dev.kedge.pilot;

import dev.kedge.eval.Comparison;
import dev.kedge.eval.stats.Verdict;
import dev.kedge.report.Html;
import java.util.List;
import java.util.Locale;

/** The words of the report that need care. */
record PilotNotes(PilotResult result) {
  static String outcome(Finding finding) {
    return switch (finding.outcome()) {
      case MET -> finding.beyondDoubt() ? "met" : "met in this test, not beyond doubt";
      case UNDECIDED -> "undecided";
      case MISSED -> "missed";
    };
  }

  static String comparison(PilotResult result) {
    Comparison c = result.comparison();
    String seen =
        String.format(
            Locale.ROOT,
            " Right only as given: %d, only in 4 bit: %d (McNemar's exact p = %.3f); with"
                + " these cases a difference of about %.1f points or more would show.",
            c.onlyFirst(),
            c.onlySecond(),
            c.pValue(),
            100 * c.detectable());
    return switch (c.verdict()) {
          case Verdict.NotWorse _, Verdict.Undecided _ ->
              "Quantization to 4 bit: no loss or gain of accuracy shown, which does not prove that"
                  + " there is none.";
          case Verdict.Worse _ ->
              "Quantization to 4 bit lowers the accuracy; serving the model as given, or in 8 bit,"
                  + " is worth a try.";
          case Verdict.Better _ ->
              "The 4-bit model is more accurate on these cases than the model as given.";
        }
        + seen;
  }

  Html method() {
    List<String> notes =
        List.of(
            "An answer is exactly right when it equals the label"
                + (result.task().schema().isPresent()
                    ? " as a JSON value; it is valid when it is one JSON value that fulfils the"
                        + " schema."
                    : ".")
                + " A call that fails counts as a wrong answer.",
            "Intervals are Wilson's at 95 %: in about 95 of 100 such tests the interval holds the"
                + " true share for cases like these. They tell nothing of cases of another kind:"
                + " the result is as good as the labelled cases are like the real ones.",
            "A target is met when the measured share reaches it, missed when the whole interval"
                + " lies below it, and undecided in between. A latency target is a share too: 90 %"
                + " of all requests within the limit, failed ones counted as late. Requests that"
                + " queue behind each other are not independent, so that these intervals are"
                + " somewhat too narrow.",
            "The two models are compared case by case with McNemar's exact test at 5 %; the"
                + " smallest difference is the one that such a test shows in 80 of 100 cases.",
            "Latency counts from the moment at which a request was due, not from when it could be"
                + " sent; percentiles are those of answered requests. Load generator and model"
                + " shared this machine, which slows the model somewhat.",
            "Scale up: every target is met and one's own machine costs less by the best estimates."
                + " Scale back: a target is missed. Stay: anything else.",
            "Costs hold for the throughput measured here, if the machine in the price book is as"
                + " fast as this one. Ranges add up the plausible ends of every input; they are not"
                + " confidence intervals. Not counted: taxes, discounts, network, storage, and the"
                + " making of a model.");
    return Html.all(
        Html.section("method", "How this was measured, and its limits"),
        Html.element(
            "ul", Html.all(notes.stream().map(note -> Html.element("li", note)).toList())));
  }
}
