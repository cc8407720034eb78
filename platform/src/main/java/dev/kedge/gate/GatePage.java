package dev.kedge.gate;

import dev.kedge.report.Html;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A gate's result for people and for machines.
 *
 * @param result what was found
 */
public record GatePage(GateResult result) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The outcome in one sentence. */
  public String headline() {
    String candidate = result.candidate().label();
    return switch (result.outcome()) {
      case PASS -> candidate + " passes: every rule of the task is kept.";
      case FAIL ->
          candidate
              + " fails: "
              + count(Outcome.FAIL)
              + " of "
              + result.findings().stream().filter(f -> !isTold(f)).count()
              + " rules are broken.";
      case UNDECIDED ->
          candidate
              + " is undecided: no rule is broken, but of "
              + count(Outcome.UNDECIDED)
              + " it is not shown that they are kept.";
    };
  }

  private long count(Outcome outcome) {
    return result.findings().stream().filter(f -> f.outcome() == outcome).count();
  }

  /** For a terminal. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append("gate ").append(result.id()).append(": ").append(result.outcome()).append('\n');
    out.append(headline()).append("\n\n");
    out.append("  current    ").append(side(result.current())).append('\n');
    out.append("  candidate  ").append(side(result.candidate())).append('\n');
    out.append("  cases      ").append(data()).append('\n');
    out.append("  exactness  ").append(result.noise().sentence()).append("\n\n");
    for (Finding finding : result.findings()) {
      String outcome = isTold(finding) ? "TOLD" : finding.outcome().name();
      out.append(String.format(Locale.ROOT, "%-9s  %s%n", outcome, finding.rule()));
      out.append("           ").append(finding.sentence()).append('\n');
    }
    for (String note : result.notes()) out.append("\nNote: ").append(note).append('\n');
    return out.toString();
  }

  private String data() {
    GateResult.Data data = result.dataset();
    return data.cases() + " of " + data.name() + ", sha256 " + shortened(data.sha256());
  }

  private static String side(GateResult.Side side) {
    return side.label() + ", " + shortened(side.digest());
  }

  private static String shortened(String digest) {
    return digest.substring(0, Math.min(12, digest.length()));
  }

  /** For machines. */
  public String json() {
    return json(Optional.empty());
  }

  /**
   * The same with what changed in the words.
   *
   * @param wording stands under that name
   */
  public String json(Optional<JsonNode> wording) {
    ObjectNode all = JSON.valueToTree(result);
    wording.ifPresent(node -> all.set("wording", node));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }

  /**
   * A page of its own.
   *
   * @param changes what changed in the words, below the rules
   */
  public String html(Html changes) {
    return Html.page(
        "Gate " + result.id(),
        Html.element("h1", "Upgrade gate: " + result.task()),
        body(),
        changes);
  }

  /** The content of the page, for pages that embed it. */
  public Html body() {
    String tone =
        switch (result.outcome()) {
          case PASS -> "good";
          case FAIL -> "bad";
          case UNDECIDED -> "mid";
        };
    List<Html> parts = new ArrayList<>();
    parts.add(
        Html.element(
            "div.verdict." + tone,
            Html.element("strong", result.outcome().name().toLowerCase(Locale.ROOT)),
            Html.text(headline())));
    parts.add(Html.section("rules", "Rules"));
    for (Finding finding : result.findings()) parts.add(rule(finding));
    parts.add(Html.section("numbers", "Numbers"));
    parts.add(
        Html.table(
            List.of(
                "rule",
                "current",
                "candidate",
                "95 % interval",
                "p",
                "p (Holm)",
                "bound",
                "would have shown",
                "n",
                "independent"),
            numbers()));
    parts.add(how());
    parts.add(Html.section("compared", "What was compared"));
    parts.add(Html.table(List.of("", ""), compared()));
    for (String note : result.notes()) parts.add(Html.element("p", note));
    return Html.all(parts);
  }

  private static Html rule(Finding finding) {
    String tone =
        switch (finding.outcome()) {
          case PASS -> ".good";
          case FAIL -> ".bad";
          case UNDECIDED -> ".mid";
        };
    return Html.element(
        "div.verdict" + tone,
        Html.element("h3", finding.rule() + ": " + word(finding)),
        Html.element("p", finding.sentence()));
  }

  /** No rule asks for the same wording: what changed is told and breaks nothing. */
  private static boolean isTold(Finding finding) {
    return finding.kind() == Finding.Kind.DRIFT && finding.outcome() == Outcome.PASS;
  }

  private static String word(Finding finding) {
    if (isTold(finding)) return "told";
    return switch (finding.outcome()) {
      case PASS -> "kept";
      case FAIL -> "broken";
      case UNDECIDED -> "undecided";
    };
  }

  private List<List<String>> numbers() {
    List<List<String>> rows = new ArrayList<>();
    for (Finding finding : result.findings()) {
      if (finding.numbers().isEmpty()) continue;
      Finding.Numbers n = finding.numbers().get();
      rows.add(
          List.of(
              finding.rule() + (n.unit().equals("ms") ? " (ms)" : ""),
              shown(n.current()),
              shown(OptionalDouble.of(n.candidate())),
              "[" + number(n.low()) + ", " + number(n.high()) + "]",
              shown(n.p()),
              shown(n.pAdjusted()),
              number(n.bound()),
              shown(n.detectable()),
              Long.toString(n.examples()),
              Long.toString(n.clusters())));
    }
    return rows;
  }

  private static String shown(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "–";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.4f", value);
  }

  private static Html how() {
    return Html.element(
        "p.soft.small",
        "Intervals of comparisons are of the difference candidate minus current, where more is"
            + " better; ratios of time and tokens are negated natural logarithms. A difference"
            + " counts as shown at 5 % after Holm's adjustment over all rules. \"Not worse than by"
            + " m\" is shown at 2.5 % and needs no adjustment, because every rule must hold for a"
            + " pass. Where cases share a document, whole documents are tested, and \"independent\""
            + " counts them. Testing again after labelling more cases is a second look: decide the"
            + " number beforehand.");
  }

  private List<List<String>> compared() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("gate", result.id()));
    rows.add(
        List.of(
            "judged", Instant.ofEpochMilli(result.atMs()).truncatedTo(ChronoUnit.SECONDS) + ""));
    rows.add(List.of("current", result.current().label()));
    rows.add(List.of("its digest", result.current().digest()));
    rows.add(List.of("its runs", String.join(", ", result.current().runs())));
    rows.add(List.of("candidate", result.candidate().label()));
    rows.add(List.of("its digest", result.candidate().digest()));
    rows.add(List.of("its runs", String.join(", ", result.candidate().runs())));
    rows.add(List.of("cases", result.dataset().cases() + " of " + result.dataset().name()));
    rows.add(List.of("their digest", result.dataset().sha256()));
    rows.add(List.of("exactness", result.noise().sentence()));
    rows.add(List.of("rules", result.rules()));
    new TreeMap<>(result.settings()).forEach((key, value) -> rows.add(List.of(key, value)));
    rows.add(List.of("Kedge", result.version()));
    return rows;
  }
}
