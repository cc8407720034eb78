package dev.kedge.cli;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GatePage;
import dev.kedge.gate.GateRecord;
import dev.kedge.store.Store;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge gate show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show a gate: rule by rule, and who signed.",
    footer = {"", "Example: kedge gate show 20261123T101500-ab12cd34"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "GATE", description = "The gate's id, as kedge gate list shows it.")
  private String gate;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() {
    try (Store store = data.openStore()) {
      GateDesk desk = new GateDesk(store, data.folder(), InstantSource.system());
      GateRecord record =
          desk.find(gate)
              .orElseThrow(() ->
                  new KedgeException(
                      new Failure.NotFound(
                          "no gate " + gate + "; kedge gate list shows them", "gate_not_found")));
      PrintWriter out = spec.commandLine().getOut();
      if (json) out.println(GateListing.json(record));
      else text(record, desk, out);
      out.flush();
      return 0;
    }
  }

  private static void text(GateRecord record, GateDesk desk, PrintWriter out) {
    out.println(new GatePage(record.result()).text());
    out.println(
        "asked for by "
            + Printable.text(record.requestedBy())
            + "; "
            + record.standing().word()
            + GateListing.wanted(record));
    record.signOffs().forEach(signOff -> out.println("  " + GateListing.line(signOff)));
    out.println("Report: " + desk.report(record.result().id()));
    if (record.evidence().isPresent()) {
      out.println("Evidence: " + desk.evidenceFile(record.result().id()));
    }
  }
}
