package dev.kedge.cli;

import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.gate.SignOff;
import dev.kedge.gate.Standing;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge gate sign}. */
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Approve or reject a gate's candidate, with role and reason.",
      "A gate that did not pass can only be rejected. Where the task demands four eyes, two"
          + " different people approve, and whoever asked for the gate cannot be the second. With"
          + " the last signature the evidence is written and signed with this installation's key."
    },
    footer = {
      "",
      "Example: kedge gate sign 20261123T101500-ab12cd34 --approve --role \"task owner\" \\",
      "           --reason \"read the report; the three lost cases are relabelled\""
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class GateSignCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "GATE", description = "The gate's id, as kedge gate list shows it.")
  private String gate;

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  private static final class Choice {
    @Option(names = "--approve", required = true, description = "The candidate may be used.")
    private boolean approve;

    @Option(names = "--reject", required = true, description = "It may not.")
    private boolean reject;

    SignOff.Decision decision() {
      return approve && !reject ? SignOff.Decision.APPROVE : SignOff.Decision.REJECT;
    }
  }

  @Option(names = "--role", required = true, paramLabel = "ROLE", description = "In which role.")
  private String role;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "Who signs (without it the user of this account). The evidence says that the name was"
              + " given on a command line.")
  private Optional<String> person;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    try (Store store = data.openStore()) {
      GateDesk desk = new GateDesk(store, data.folder(), InstantSource.system());
      GateRecord record = desk.sign(gate, signature(choice.decision()));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(GateListing.json(record));
      } else {
        out.println("gate " + gate + ": " + record.standing().word() + GateListing.wanted(record));
        if (record.evidence().isPresent()) {
          out.println("Evidence: " + desk.evidenceFile(gate));
          out.println("To check it anywhere, with the key of this installation:");
          out.println("  kedge gate key" + data.again() + " > installation.pub.pem");
          out.println("  kedge gate verify evidence.dsse.json --key installation.pub.pem");
        }
      }
      out.flush();
      return record.standing() == Standing.REJECTED ? 1 : 0;
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
  }

  private GateDesk.Signature signature(SignOff.Decision decision) {
    return new GateDesk.Signature(Person.named(person), role, decision, reason, Person.via());
  }
}
