package dev.kedge.cli;

import dev.kedge.call.ApiRequest;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.TierSection;
import dev.kedge.route.tier.Classifier;
import dev.kedge.route.tier.RouteFile;
import dev.kedge.route.tier.RouteModel;
import dev.kedge.route.tier.TierDecision;
import dev.kedge.route.tier.TierFacts;
import dev.kedge.route.tier.Tiers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge route explain}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Replay the choice between the small and the large model: the rule that matched, or the"
          + " probability, the threshold and what moved it.",
      "The same call, caller and files give the header that the reply had."
    },
    footer = {
      "",
      "Example: kedge route explain --classifier route.json --prompt \"Prove that 2 + 2 = 4\"",
      "         kedge route explain --config kedge.yaml --model auto --tenant sales request.json"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RouteExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "REQUEST",
      arity = "0..1",
      description = "A file with the body of the call.")
  private Optional<Path> request;

  @Option(
      names = "--api",
      paramLabel = "API",
      defaultValue = "chat",
      description = "Whose body it is: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private ExplainedRequest.Api api;

  @Option(names = "--prompt", paramLabel = "TEXT", description = "What the user writes.")
  private Optional<String> prompt;

  @Option(
      names = "--classifier",
      paramLabel = "FILE",
      description = "A file that kedge route train wrote.")
  private Optional<Path> classifier;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "kedge.yaml, for rules and thresholds.")
  private Optional<Path> config;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The virtual model in kedge.yaml; without it the call's own, or auto.")
  private Optional<String> model;

  @Option(
      names = "--key",
      paramLabel = "ID",
      defaultValue = "",
      description = "The caller's key, as rules name it.")
  private String key;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The caller's tenant.")
  private String tenant;

  @Option(names = "--tag", paramLabel = "TAG", description = "A tag of the call; repeatable.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "12",
      description = "How many features to show (${DEFAULT-VALUE}).")
  private int top;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (prompt.isPresent() == request.isPresent()) throw misuse("give --prompt or a request file");
    if (config.isEmpty() && classifier.isEmpty()) throw misuse("give --classifier or --config");
    ApiRequest call =
        request.isPresent()
            ? ExplainedRequest.read(request.get(), api)
            : ExplainedRequest.ofPrompt(prompt.orElseThrow(), "auto");
    Tiers tiers = tiers(model.orElse(call.model()));
    TierDecision decision = tiers.decide(call, new TierFacts(key, tenant, tags));
    List<Classifier.Contribution> moved =
        decision.probability().isPresent()
            ? tiers
                .model()
                .map(trained -> trained.classifier().contributions(Tiers.classifiedText(call), top))
                .orElse(List.of())
            : List.of();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(tiers, decision, moved) : text(tiers, decision, moved));
    out.flush();
    return 0;
  }

  private Tiers tiers(String name) throws IOException {
    if (config.isEmpty()) {
      RouteModel trained = RouteFile.read(classifier.orElseThrow());
      return Tiers.of(
          TierSection.of(named(trained.small(), "small"), named(trained.large(), "large")),
          Optional.of(trained));
    }
    Path file = config.get();
    TierSection section = KedgeFile.read(file).tiers(name);
    if (classifier.isPresent()) {
      return Tiers.of(section, Optional.of(RouteFile.read(classifier.get())));
    }
    return Tiers.of(section, Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  private static String named(String name, String otherwise) {
    return name.isEmpty() ? otherwise : name;
  }

  private static String text(
      Tiers tiers, TierDecision decision, List<Classifier.Contribution> moved) {
    StringBuilder out = new StringBuilder();
    out.append("x-kedge-tier: ").append(decision.header()).append('\n');
    out.append("model         ").append(Printable.text(decision.model(), 200)).append('\n');
    if (decision.probability().isPresent()) {
      out.append("probability   ").append(decision.probability().getAsDouble());
      out.append(" that the small model's answer is as good as the large one's\n");
      out.append("threshold     ").append(tiers.threshold()).append('\n');
      out.append("What moved it, in log-odds; positive speaks for the small model:\n");
      for (Classifier.Contribution part : moved) {
        out.append(
            String.format(
                Locale.ROOT, "  %+7.3f  %s%n", part.amount(), Printable.text(part.feature(), 80)));
      }
    }
    return out.toString().stripTrailing();
  }

  private static String json(
      Tiers tiers, TierDecision decision, List<Classifier.Contribution> moved) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("header", decision.header());
    map.put("tier", decision.tier().text());
    map.put("model", decision.model());
    map.put("reason", decision.reason());
    if (decision.probability().isPresent()) {
      map.put("probability", decision.probability().getAsDouble());
      map.put("threshold", tiers.threshold());
      map.put("moved", moved);
    }
    return new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(map);
  }

  private CommandLine.ParameterException misuse(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
