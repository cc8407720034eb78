package dev.kedge.cli;

import dev.kedge.eval.score.JsonText;
import dev.kedge.label.LabelEvent;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code kedge label history}. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Say who did what and when, oldest first. Nothing is ever taken out of it.",
    footer = {"", "Example: kedge label history intents --item h0007"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelHistoryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LabelOption label;

  @Parameters(paramLabel = "PROJECT", description = "The project's name.")
  private String name;

  @Option(names = "--item", paramLabel = "ID", description = "Of this item only.")
  private Optional<String> item;

  @Option(names = "--json", description = "Print JSON lines instead of a table.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    TextTable table = new TextTable(6);
    table.row(List.of("WHEN", "WHO", "WHAT", "ITEM", "VALUE", "REASON"));
    try (Store store = label.openStore()) {
      label.labelling(store).project(name);
      for (LabelEvent event : label.labelling(store).history(name, item)) {
        if (json) {
          out.println(json(event));
          continue;
        }
        table.row(
            List.of(
                event.at().toString(),
                event.person(),
                event.kind().name().toLowerCase(Locale.ROOT),
                event.item(),
                event.value().map(Object::toString).orElse(""),
                event.reason().orElse("")));
      }
    }
    if (!json) table.print(out);
    out.flush();
    return 0;
  }

  private static String json(LabelEvent event) {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    node.put("at", event.at().toString()).put("person", event.person());
    node.put("what", event.kind().name().toLowerCase(Locale.ROOT)).put("item", event.item());
    event.value().ifPresent(value -> node.set("value", value));
    event.reason().ifPresent(reason -> node.put("reason", reason));
    event.took().map(Duration::toMillis).ifPresent(took -> node.put("took_ms", took));
    return node.toString();
  }
}
