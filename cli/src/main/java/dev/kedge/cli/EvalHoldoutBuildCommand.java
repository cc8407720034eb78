package dev.kedge.cli;

import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.holdout.Holdout;
import dev.kedge.eval.holdout.HoldoutBuild;
import dev.kedge.eval.holdout.HoldoutPlan;
import dev.kedge.eval.mask.Masker;
import dev.kedge.eval.mask.MaskingKey;
import dev.kedge.eval.mask.Vault;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge eval holdout build}. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Build a holdout: import, mask personal data, drop repeats and near-duplicates, draw a"
          + " stratified sample, check it against training data.",
      "Reads JSON lines with 'input', captured exchanges, OpenAI- and LiteLLM-style logs, CSV with"
          + " a heading, plain .txt, all also as .gz. The same inputs, settings and masking key"
          + " give the same bytes.",
      "What was masked lies encrypted in the data folder under vault; 'kedge eval data export"
          + " --unmask' puts it back."
    },
    footer = {
      "",
      "Example: kedge eval holdout build --name order-desk --from calls.jsonl --size 250",
      "         kedge eval holdout build --name order-desk --captured --task order-desk"
          + " --training train.jsonl"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalHoldoutBuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the dataset; default the task's name, or that of the first file.")
  private Optional<String> name;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Read these files, in this order.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--captured", description = "Read the captured exchanges of --task.")
  private boolean captured;

  @Option(names = "--task", paramLabel = "NAME", description = "Whose captured exchanges.")
  private Optional<String> task;

  @Option(
      names = "--captures",
      paramLabel = "DIR",
      description = "Where captured exchanges lie (captures in the data folder).")
  private Optional<Path> captures;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "250",
      description = "How many examples (${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of every choice (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--similar",
      paramLabel = "SHARE",
      defaultValue = "0.8",
      description = "Texts as similar as this are duplicates, 0.5 to 1 (${DEFAULT-VALUE}).")
  private double similar;

  @Option(
      names = "--clusters",
      paramLabel = "N",
      defaultValue = "0",
      description = "Kinds of texts to look for; 0 chooses by size (${DEFAULT-VALUE}).")
  private int clusters;

  @Option(
      names = "--training",
      paramLabel = "FILE",
      arity = "1..*",
      description = "No example may stand in these files.")
  private List<Path> training = new ArrayList<>();

  @Option(
      names = "--overlap",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description =
          "An example leaks if one line of training holds this share of its runs of eight words"
              + " (${DEFAULT-VALUE}).")
  private double overlap;

  @Option(
      names = "--rest",
      paramLabel = "FILE",
      description =
          "Write what is left and overlaps with nothing in the holdout, masked, to train on.")
  private Optional<Path> rest;

  @Option(names = "--no-mask", description = "Leave personal data as it is.")
  private boolean plain;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (captured && task.isEmpty()) throw misuse("--captured needs --task NAME");
    if (files.isEmpty() && !captured) throw misuse("give --from FILE or --captured --task NAME");
    HoldoutPlan plan =
        new HoldoutPlan(
            files,
            captured ? task : Optional.empty(),
            captures.orElseGet(() -> data.folder().resolve("captures")),
            size,
            seed,
            similar,
            clusters,
            training,
            overlap,
            !plain);
    Files.createDirectories(data.folder());
    try (Store store = data.openStore()) {
      build(plan, data.datasets(store));
    }
    return 0;
  }

  private void build(HoldoutPlan plan, Datasets datasets) throws IOException {
    SecureRandom random = new SecureRandom();
    MaskingKey key = MaskingKey.open(data.folder(), random);
    Holdout holdout;
    try (ProgressBar bar = new ProgressBar("Building")) {
      holdout =
          new HoldoutBuild(
                  plan,
                  new Masker(key),
                  data.folder().resolve("datasets"),
                  rest.map(Path::toAbsolutePath),
                  (step, done) -> bar.update(0, 0, step + " " + done))
              .run();
      bar.done(holdout.entries().size() + " examples");
    }
    ObjectNode made = made(plan);
    made.set("report", holdout.report().toJson());
    DatasetVersion version = datasets.add(datasetName(), holdout.entries(), Optional.empty(), made);
    if (!holdout.values().isEmpty()) {
      Vault.write(
          EvalDataExportCommand.vault(data.folder(), version),
          EvalDataExportCommand.belongsTo(version),
          holdout.values(),
          key,
          random);
    }
    print(holdout, version, datasets);
  }

  private void print(Holdout holdout, DatasetVersion version, Datasets datasets) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = JsonText.STRICT.createObjectNode();
      node.put("dataset", version.reference()).put("sha256", version.sha256());
      node.put("examples", version.examples()).put("labelled", version.labelled());
      node.put("file", datasets.file(version).toString());
      node.set("report", holdout.report().toJson());
      out.println(JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } else {
      holdout.report().text().lines().map(Printable::text).forEach(out::println);
      out.println();
      out.println(
          version.reference()
              + ": "
              + version.examples()
              + " examples, "
              + version.labelled()
              + " with a label, in "
              + datasets.file(version));
      if (version.labelled() < version.examples()) {
        out.println(
            "Next: kedge label create PROJECT --dataset "
                + version.reference()
                + " --task TASK"
                + data.again());
      }
    }
    out.flush();
  }

  private ObjectNode made(HoldoutPlan plan) {
    ObjectNode made = JsonText.STRICT.createObjectNode().put("by", "holdout build");
    plan.files().forEach(file -> made.withArray("from").add(file.getFileName().toString()));
    plan.captured().ifPresent(name -> made.put("captured", name));
    plan.training().forEach(file -> made.withArray("training").add(file.getFileName().toString()));
    made.put("size", plan.size()).put("seed", plan.seed()).put("similar", plan.similar());
    made.put("clusters", plan.clusters()).put("overlap", plan.overlap()).put("mask", plan.mask());
    return made;
  }

  private String datasetName() {
    String first =
        files.isEmpty()
            ? "holdout"
            : files.getFirst().getFileName().toString().replaceAll("\\..*", "");
    return name.or(() -> task).orElse(first.replaceAll("[^A-Za-z0-9._-]", "-"));
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
