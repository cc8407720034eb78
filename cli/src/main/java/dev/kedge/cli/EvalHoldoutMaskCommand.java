package dev.kedge.cli;

import dev.kedge.eval.Rate;
import dev.kedge.eval.holdout.MaskingReview;
import dev.kedge.eval.mask.MaskingCheck;
import dev.kedge.eval.mask.PersonalKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge eval holdout mask}. */
@Command(
    name = "mask",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Show what masking takes out of inputs and what it leaves for people to look at; changes"
          + " nothing.",
      "With --check the file holds texts with labelled personal data, as a JSON list of full_text"
          + " and spans, and masking is measured on them: what share of labels it finds, and what"
          + " share of what it masks is labelled."
    },
    footer = {
      "",
      "Example: kedge eval holdout mask calls.jsonl",
      "         kedge eval holdout mask --check labelled.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalHoldoutMaskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What 'eval holdout build' reads.")
  private Path file;

  @Option(names = "--check", description = "The file has labels: measure.")
  private boolean check;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "20",
      description = "Values shown of each kind (${DEFAULT-VALUE}).")
  private int most;

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (check) measure(MaskingCheck.read(file), out);
    else review(MaskingReview.of(file), out);
    out.flush();
    return 0;
  }

  private void measure(MaskingCheck check, PrintWriter out) {
    MaskingCheck.Found made = check.part(false);
    MaskingCheck.Found held = check.part(true);
    if (json) {
      print(Map.of("made", made, "heldOut", held), out);
      return;
    }
    out.printf(
        "%d texts of templates that rules were made on, %d of others%n%n",
        made.texts(), held.texts());
    TextTable labels = new TextTable(1);
    labels.row(List.of("LABEL", "FOUND, RULES MADE ON", "FOUND, HELD OUT"));
    check
        .all()
        .labels()
        .keySet()
        .forEach(name ->
            labels.row(
                List.of(
                    Printable.text(name),
                    found(made.labels().get(name)),
                    found(held.labels().get(name)))));
    labels.print(out);
    out.println();
    TextTable masked = new TextTable(1);
    masked.row(List.of("MASKED AS", "LABELLED, RULES MADE ON", "LABELLED, HELD OUT"));
    check
        .all()
        .masked()
        .keySet()
        .forEach(kind ->
            masked.row(
                List.of(
                    kind.toString(),
                    right(made.masked().get(kind)),
                    right(held.masked().get(kind)))));
    masked.print(out);
  }

  private static String found(MaskingCheck.@org.jspecify.annotations.Nullable Labels labels) {
    return labels == null ? "-" : share(labels.found());
  }

  private static String right(MaskingCheck.@org.jspecify.annotations.Nullable Masked masked) {
    return masked == null ? "-" : share(masked.right());
  }

  private static String share(Rate rate) {
    return String.format(
        Locale.ROOT, "%.1f %% (%d of %d)", 100 * rate.value(), rate.successes(), rate.n());
  }

  private void review(MaskingReview review, PrintWriter out) {
    if (json) {
      print(
          Map.of(
              "texts", review.texts(),
              "touched", review.touched(),
              "unusable", review.unusable(),
              "masked", review.masked(),
              "left", review.left()),
          out);
      return;
    }
    out.printf(
        "%d inputs, something masked in %d; %d lines hold none%n",
        review.texts(), review.touched(), review.unusable());
    for (Map.Entry<PersonalKind, List<MaskingReview.Value>> kind : review.masked().entrySet()) {
      out.printf("%nMasked as %s: %d values%n", kind.getKey(), kind.getValue().size());
      list(kind.getValue(), out);
    }
    out.printf(
        "%nLeft, to be looked at (capitals inside of sentences, long numbers): %d values%n",
        review.left().size());
    list(review.left(), out);
  }

  private void list(List<MaskingReview.Value> values, PrintWriter out) {
    TextTable table = new TextTable(1);
    for (MaskingReview.Value value :
        values.subList(0, Math.min(Math.max(0, most), values.size()))) {
      table.row(
          List.of(
              "  " + Printable.text(value.text().replaceAll("\\s+", " "), 60),
              value.count() + " times, first at " + Printable.text(value.place(), 60)));
    }
    table.print(out);
    if (values.size() > most) out.printf("  and %d more (--most)%n", values.size() - most);
  }

  private static void print(Object value, PrintWriter out) {
    out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(value));
  }
}
