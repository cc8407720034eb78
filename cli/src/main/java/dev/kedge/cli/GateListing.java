package dev.kedge.cli;

import dev.kedge.gate.GateRecord;
import dev.kedge.gate.SignOff;
import dev.kedge.gate.Standing;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Gates as the terminal and scripts see them. */
final class GateListing {
  private static final JsonMapper JSON = new JsonMapper();

  private GateListing() {}

  static TextTable table(List<GateRecord> records) {
    TextTable table = new TextTable(6);
    table.row(List.of("GATE", "TASK", "CANDIDATE", "OUTCOME", "STANDING", "JUDGED"));
    for (GateRecord record : records) {
      table.row(
          List.of(
              record.result().id(),
              Printable.text(record.result().task()),
              Printable.text(record.result().candidate().label(), 40),
              record.result().outcome().name(),
              record.standing().word(),
              second(record.result().atMs())));
    }
    return table;
  }

  static String second(long atMs) {
    return Instant.ofEpochMilli(atMs).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What is still missing, for people. */
  static String wanted(GateRecord record) {
    return record.standing() == Standing.AWAITING_SECOND
        ? " signature: somebody other than "
            + Printable.text(record.signOffs().getFirst().person())
            + " and "
            + Printable.text(record.requestedBy())
        : "";
  }

  static ObjectNode node(GateRecord record) {
    ObjectNode node = JSON.createObjectNode();
    node.put("standing", record.standing().word());
    node.put("requestedBy", record.requestedBy());
    node.put("reportSha256", record.reportSha256());
    node.put("evidence", record.evidence().isPresent());
    node.set("signatures", JSON.valueToTree(record.signOffs()));
    node.set("result", JSON.valueToTree(record.result()));
    return node;
  }

  static String json(GateRecord record) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node(record));
  }

  static String json(List<GateRecord> records) {
    return JSON.writerWithDefaultPrettyPrinter()
        .writeValueAsString(records.stream().map(GateListing::node).toList());
  }

  static String line(SignOff signOff) {
    return Printable.text(
        second(signOff.atMs())
            + "  "
            + (signOff.decision() == SignOff.Decision.APPROVE ? "approved by " : "rejected by ")
            + signOff.person()
            + ", "
            + signOff.role()
            + " ("
            + signOff.via()
            + "): "
            + signOff.reason());
  }
}
