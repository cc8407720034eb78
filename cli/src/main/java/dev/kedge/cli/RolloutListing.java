package dev.kedge.cli;

import dev.kedge.config.RolloutSection.Stage;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Phase;
import dev.kedge.rollout.RolloutEvent;
import dev.kedge.rollout.RolloutRecord;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rollouts as the terminal and scripts see them. */
final class RolloutListing {
  private static final JsonMapper JSON = new JsonMapper();

  private RolloutListing() {}

  static TextTable table(List<RolloutRecord> records) {
    TextTable table = new TextTable(6);
    table.row(List.of("ROLLOUT", "MODEL", "CANDIDATE", "STATE", "STAGE", "SINCE"));
    for (RolloutRecord record : records) {
      table.row(
          List.of(
              record.id(),
              record.spec().model(),
              record.spec().candidate(),
              state(record),
              stage(record),
              GateListing.second(record.beganMs())));
    }
    return table;
  }

  static String state(RolloutRecord record) {
    return record.progress().phase().word() + (record.progress().held() ? ", held" : "");
  }

  static String stage(RolloutRecord record) {
    Stage stage = record.spec().stage(record.progress());
    return switch (record.progress().phase()) {
      case PROMOTED -> "100% of the calls";
      case ROLLED_BACK -> "none";
      case RUNNING, WAITING ->
          percent(stage.share()) + (stage.shadow() ? " copied" : " of the calls");
    };
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "") + "%";
  }

  static void text(RolloutRecord record, PrintWriter out) {
    out.println(
        "%s: %s for %s, %s, %s"
            .formatted(
                record.id(),
                Printable.text(record.spec().candidate()),
                Printable.text(record.spec().model()),
                state(record),
                stage(record)));
    out.println();
    figures(record.figures()).print(out);
    out.println();
    out.println(advice(record));
    out.println();
    for (RolloutEvent event : record.events()) out.println(line(event));
  }

  /** Figures of a test, by measure. */
  static TextTable figures(List<Figure> figures) {
    TextTable table = new TextTable(1);
    table.row(
        List.of(
            "WENT WRONG",
            "CURRENT",
            "CANDIDATE",
            "COMPARED",
            "DIFFERENCE",
            "FROM",
            "TO",
            "MARGIN",
            "VERDICT"));
    for (Figure figure : figures) {
      table.row(
          List.of(
              figure.measure(),
              percent(figure.share()) + " of " + figure.calls(),
              percent(figure.candidateShare()) + " of " + figure.candidateCalls(),
              Long.toString(figure.compared()),
              points(figure.difference()),
              points(figure.low()),
              points(figure.high()),
              points(figure.margin()),
              figure.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    }
    return table;
  }

  private static String points(double share) {
    return String.format(Locale.ROOT, "%+.1f", 100 * share);
  }

  private static String advice(RolloutRecord record) {
    Phase phase = record.progress().phase();
    return switch (phase) {
      case RUNNING ->
          record.progress().held()
              ? "No step is taken until kedge rollout resume; a loss is still rolled back."
              : "Differences are points of a share, above 0 worse. It goes on by itself.";
      case WAITING ->
          "All stages are passed, and these figures watch for a late loss: kedge rollout promote,"
              + " or rollback.";
      case PROMOTED -> "The candidate answers everything; now let the configuration say so.";
      case ROLLED_BACK ->
          "The current model answers everything; kedge rollout restart tries again.";
    };
  }

  private static String line(RolloutEvent event) {
    return Printable.text(
        GateListing.second(event.atMs())
            + "  "
            + event.kind().word()
            + " by "
            + event.person()
            + " ("
            + event.via()
            + "): "
            + event.reason(),
        300);
  }

  static ObjectNode node(RolloutRecord record) {
    ObjectNode node = JSON.createObjectNode();
    node.put("id", record.id());
    node.put("model", record.spec().model());
    node.put("candidate", record.spec().candidate());
    node.put("phase", record.progress().phase().name().toLowerCase(Locale.ROOT));
    node.put("held", record.progress().held());
    node.put("stage", record.progress().stage() + 1);
    node.put("stages", record.spec().stages().size());
    node.put("share", record.spec().share(record.progress()));
    node.put("copied", record.spec().copied(record.progress()));
    node.set("figures", JSON.valueToTree(record.figures()));
    ArrayNode events = node.putArray("events");
    for (RolloutEvent event : record.events()) {
      events
          .addObject()
          .put("at", GateListing.second(event.atMs()))
          .put("kind", event.kind().name().toLowerCase(Locale.ROOT))
          .put("person", event.person())
          .put("via", event.via())
          .put("reason", event.reason())
          .set("figures", JSON.valueToTree(event.figures()));
    }
    node.set("rule", JSON.valueToTree(record.spec()));
    return node;
  }

  static String json(Object value) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }
}
