package dev.kedge.cli;

import dev.kedge.eval.Rate;
import dev.kedge.eval.score.JsonText;
import dev.kedge.label.Labelling;
import dev.kedge.label.agreement.Agreement;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge label agreement}. */
@Command(
    name = "agreement",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Say how far people agree beyond chance, from what they said blind: Cohen's kappa for every"
          + " two people and Krippendorff's alpha over all, with 95 %% intervals (bootstrap over"
          + " items), and how common each label is.",
      "Where nearly everything is of one kind both coefficients are low although people rarely"
          + " differ: read them beside the prevalence."
    },
    footer = {"", "Example: kedge label agreement intents"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelAgreementCommand implements Callable<Integer> {
  private static final int MOST_LABELS = 30;

  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the bootstrap (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    Agreement agreement;
    Map<String, Agreement> fields = new LinkedHashMap<>();
    try (Store store = label.openStore()) {
      Labelling labelling = label.labelling(store);
      agreement = Agreement.of(labelling.blind(name), seed);
      labelling
          .blindByField(name)
          .forEach((field, labels) -> fields.put(field, Agreement.of(labels, seed)));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = json(agreement);
      ObjectNode byField = node.putObject("byField");
      fields.forEach((field, one) -> byField.set(field, json(one)));
      out.println(JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } else {
      print(agreement, out);
      fields.forEach((field, one) ->
          out.println(
              Printable.text("field " + field, 60)
                  + ": alpha "
                  + text(one.alpha())
                  + ", the same on "
                  + one.same()));
    }
    out.flush();
    return 0;
  }

  private static void print(Agreement agreement, PrintWriter out) {
    out.println("items with two or more blind labels: " + agreement.units());
    out.println("the same label from all: " + agreement.same());
    out.println("Krippendorff's alpha: " + text(agreement.alpha()));
    for (Agreement.Pair pair : agreement.pairs()) {
      out.println(
          Printable.text("Cohen's kappa, " + pair.first() + " and " + pair.second() + ": ")
              + text(pair.kappa())
              + ", the same on "
              + pair.same());
    }
    out.println("prevalence:");
    agreement.prevalence().entrySet().stream()
        .limit(MOST_LABELS)
        .forEach(
            one -> out.println("  " + Printable.text(one.getKey(), 60) + "  " + one.getValue()));
    int rest = agreement.prevalence().size() - MOST_LABELS;
    if (rest > 0) out.println("  and " + rest + " rarer labels");
  }

  private static String text(Optional<Agreement.Estimate> estimate) {
    return estimate
        .map(one ->
            String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", one.value(), one.low(), one.high()))
        .orElse("not defined: there are no two labels, or all labels are the same");
  }

  private static ObjectNode json(Agreement agreement) {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    node.put("items", agreement.units());
    rate(node.putObject("same"), agreement.same());
    agreement.alpha().ifPresent(one -> estimate(node.putObject("alpha"), one));
    var pairs = node.putArray("pairs");
    for (Agreement.Pair pair : agreement.pairs()) {
      ObjectNode one = pairs.addObject().put("first", pair.first()).put("second", pair.second());
      rate(one.putObject("same"), pair.same());
      pair.kappa().ifPresent(kappa -> estimate(one.putObject("kappa"), kappa));
    }
    ObjectNode prevalence = node.putObject("prevalence");
    agreement.prevalence().forEach((key, rate) -> rate(prevalence.putObject(key), rate));
    return node;
  }

  private static void estimate(ObjectNode node, Agreement.Estimate estimate) {
    node.put("value", estimate.value()).put("low", estimate.low()).put("high", estimate.high());
  }

  private static void rate(ObjectNode node, Rate rate) {
    node.put("value", rate.value()).put("n", rate.n());
    node.put("low", rate.interval().low()).put("high", rate.interval().high());
  }
}
