package dev.kedge.cli;

import dev.kedge.access.KeyTerms;
import dev.kedge.access.Keys;
import dev.kedge.access.NewKey;
import dev.kedge.call.Api;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge keys create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Make a key. It is printed once; the store keeps only its digest.",
      "Limits and budgets given here are the key's own; those of its tenant hold beside them."
    },
    footer = {
      "",
      "Example: kedge keys create --name order-desk --tenant sales --expires-in 90d \\",
      "           --model small --requests-per-minute 60 --budget month=100"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeysCreateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(names = "--name", required = true, paramLabel = "TEXT", description = "For people.")
  private String name;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Whose key it is (${DEFAULT-VALUE}).")
  private String tenant;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "user",
      description = "user, auditor or admin (${DEFAULT-VALUE}); may be given more than once.")
  private Set<Role> roles;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "A model that may be called, or the beginning of names and a *; may be given more than"
              + " once; all by default.")
  private List<String> models = List.of();

  @Option(
      names = "--api",
      paramLabel = "API",
      description =
          "An API that may be used: ${COMPLETION-CANDIDATES}; may be given more than once; all by"
              + " default.")
  private Set<Api> apis = Set.of();

  @Option(
      names = "--tag",
      paramLabel = "NAME=VALUE",
      description =
          "A tag of each of its calls, as a caller sends with x-kedge-tag-NAME; 'task' names the"
              + " task of its records. May be given more than once.")
  private Map<String, String> tags = Map.of();

  @Option(
      names = "--expires-in",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "How long it is valid, as in 90d; for good by default.")
  private Optional<Duration> expiresIn;

  @Option(names = "--requests-per-minute", paramLabel = "N", description = "Calls that may begin.")
  private Optional<Integer> requests;

  @Option(
      names = "--tokens-per-minute",
      paramLabel = "N",
      description = "Tokens of prompts and answers together.")
  private Optional<Long> tokens;

  @Option(names = "--concurrency", paramLabel = "N", description = "Calls at the same time.")
  private Optional<Integer> concurrency;

  @Option(
      names = "--budget",
      paramLabel = "PERIOD=DOLLARS[:MODEL]",
      converter = BudgetOption.class,
      description = "hour, day or month (UTC), as in month=100; may be given more than once.")
  private List<BudgetLimit> budgets = List.of();

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    KeyTerms terms = terms();
    try (Store opened = store.openOrMake()) {
      NewKey made =
          new Keys(opened, InstantSource.system(), new SecureRandom())
              .create(name, tenant, terms, expiresIn);
      print(spec.commandLine().getOut(), made, json);
    }
    return 0;
  }

  private KeyTerms terms() {
    try {
      return new KeyTerms(
          roles, models, apis, new RateLimits(requests, tokens, concurrency), budgets, tags);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Shows a key with its secret: the only place that does. */
  static void print(PrintWriter out, NewKey made, boolean json) {
    if (json) {
      out.println(KeyListing.json(made));
    } else {
      out.println(made.text());
      out.println("Keep it now: it is not stored and cannot be shown again.");
      new KeyListing(List.of(made.key())).print(out);
    }
    out.flush();
  }
}
