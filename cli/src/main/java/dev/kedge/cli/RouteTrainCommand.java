package dev.kedge.cli;

import dev.kedge.config.TierSection;
import dev.kedge.report.WholeFile;
import dev.kedge.route.tier.Aim;
import dev.kedge.route.tier.Prices;
import dev.kedge.route.tier.RouteFile;
import dev.kedge.route.train.RouteReport;
import dev.kedge.route.train.ScoredData;
import dev.kedge.route.train.Split;
import dev.kedge.route.train.Training;
import dev.kedge.route.train.TrainingPlan;
import dev.kedge.route.train.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge route train}. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Learn from scored examples when the small model's answer is as good as the large one's.",
      "Prints quality against cost, measured on examples that the classifier had not seen, beside"
          + " random mixing, always-large and always-small, and says when routing does not pay."
          + " The threshold is chosen by a 95 %% bound, not by the point estimate.",
      "Exit code: 0 routing pays, 1 it does not; the file is written either way."
    },
    footer = {
      "",
      "Example: kedge route train scored.jsonl --quality-floor 0.95 --out route.json",
      "         kedge route train mmlu/ --small-price 0.24 --large-price 24.7 --split both --out"
          + " route.json",
      "         kedge route train results/evaluation.json --cases holdout.jsonl --out route.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RouteTrainCommand implements Callable<Integer> {
  private static final Aim DEFAULT_AIM = new Aim.RelativeFloor(0.95);

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      arity = "1..*",
      description = {
        "JSON lines {\"prompt\", \"small\": score, \"large\": score} with scores from 0 to 1,"
            + " optionally \"group\" and \"tokens\"; a .csv with the columns prompt, small model,"
            + " large model; a folder of these; or evaluation.json of kedge eval with two models,"
            + " the small one first."
      })
  private List<Path> data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where to write the classifier.")
  private Path out;

  @Option(
      names = "--cases",
      paramLabel = "FILE",
      description = "The labelled cases of an evaluation.json.")
  private Optional<Path> cases;

  @Option(
      names = "--quality-floor",
      paramLabel = "X",
      description = "Keep at least this share of the large model's quality (0.95).")
  private Optional<Double> qualityFloor;

  @Option(
      names = "--absolute-floor",
      paramLabel = "X",
      description = "Keep at least this mean score.")
  private Optional<Double> absoluteFloor;

  @Option(
      names = "--cost-ceiling",
      paramLabel = "X",
      description = {
        "Send at most this share of calls to the large model (0.3, 30%%), or pay at most so much"
            + " per million tokens ($5)."
      })
  private Optional<String> costCeiling;

  @Option(
      names = "--small-price",
      paramLabel = "DOLLARS",
      description = "Of the small model, per million tokens.")
  private Optional<Double> smallPrice;

  @Option(
      names = "--large-price",
      paramLabel = "DOLLARS",
      description = "Of the large model, per million tokens.")
  private Optional<Double> largePrice;

  /** How examples are held back. */
  enum Holding {
    GROUP,
    RANDOM,
    BOTH
  }

  @Option(
      names = "--split",
      paramLabel = "HOW",
      description = {
        "What is held back to measure: group (whole groups, such as the files of a folder: how it"
            + " goes on new subjects), random (single examples: more of the same), or both, where"
            + " the threshold comes from groups. Without it group where there are at least 10"
            + " groups, otherwise random."
      })
  private Optional<Holding> split;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of everything that is drawn (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with the curve.")
  private Optional<Path> html;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Aim aim = aim();
    Optional<Prices> prices = prices();
    if (aim instanceof Aim.PriceCeiling && prices.isEmpty()) {
      throw misuse("a ceiling in dollars needs --small-price and --large-price");
    }
    ScoredData scored = ScoredData.read(data, cases);
    boolean grouped = split.map(how -> how != Holding.RANDOM).orElse(scored.groups() >= 10);
    Training.Outcome outcome =
        train(scored, new TrainingPlan(grouped ? Split.GROUP : Split.RANDOM, seed, aim, prices));
    Optional<Training.Outcome> other =
        split
            .filter(how -> how == Holding.BOTH)
            .map(_ -> train(scored, new TrainingPlan(Split.RANDOM, seed, aim, prices)));
    RouteFile.write(out, outcome.model());
    show(new RouteReport(outcome, other));
    return outcome.verdict() == Verdict.PAYS ? 0 : 1;
  }

  private static Training.Outcome train(ScoredData scored, TrainingPlan plan) {
    System.err.println(
        "Learning from "
            + scored.examples().size()
            + " examples, "
            + (plan.split() == Split.GROUP ? "groups" : "single examples")
            + " held back in five parts …");
    return new Training(scored, plan).run();
  }

  private void show(RouteReport report) throws IOException {
    PrintWriter printer = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> map = report.toMap();
      map.put("file", out.toString());
      printer.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(map));
    } else {
      printer.print(report.table());
      printer.println("Classifier: " + out);
    }
    if (html.isPresent()) WholeFile.write(html.get(), report.html());
    printer.flush();
  }

  private Aim aim() {
    long aims =
        List.of(qualityFloor, absoluteFloor, costCeiling).stream()
            .filter(Optional::isPresent)
            .count();
    if (aims > 1) throw misuse("give one of --quality-floor, --absolute-floor, --cost-ceiling");
    if (qualityFloor.isPresent()) {
      return new Aim.RelativeFloor(share(qualityFloor.get(), "--quality-floor"));
    }
    if (absoluteFloor.isPresent()) {
      return new Aim.AbsoluteFloor(share(absoluteFloor.get(), "--absolute-floor"));
    }
    if (costCeiling.isEmpty()) return DEFAULT_AIM;
    try {
      return Aim.ceiling(TierSection.Ceiling.parse(costCeiling.get()));
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private double share(double value, String option) {
    if (value > 0 && value < 1) return value;
    throw misuse(option + " is above 0 and below 1");
  }

  private Optional<Prices> prices() {
    if (smallPrice.isPresent() != largePrice.isPresent()) {
      throw misuse("give --small-price and --large-price together");
    }
    if (smallPrice.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new Prices(smallPrice.get(), largePrice.orElseThrow()));
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
