package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.report.Html;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an auditor takes along: the signed bundles and the key that checks them. */
final class EvidencePages {
  private static final int MOST = 200;

  private final GateDesk desk;
  private final Path data;
  private final Frame frame;

  EvidencePages(GateDesk desk, Path data, Frame frame) {
    this.desk = desk;
    this.data = data;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("Decision", "Evidence", "/console/evidence", "e", RunPages.READERS);
    routes.get("/console/evidence", this::list, RunPages.READERS);
    routes.get("/console/evidence/key", this::key, RunPages.READERS);
  }

  private Reply list(Ask ask) {
    List<GateRecord> decided =
        desk.latest(Optional.empty(), MOST).stream()
            .filter(gate -> gate.evidence().isPresent())
            .toList();
    Widgets.Table table =
        new Widgets.Table("Evidence")
            .column("Gate")
            .column("Task")
            .column("Candidate")
            .column("Decision")
            .column("Signed by")
            .column("Bundle");
    for (GateRecord gate : decided) {
      String id = gate.result().id();
      table.row(
          Widgets.link(Fields.path("gates", id), id),
          Html.text(gate.result().task()),
          Html.text(gate.result().candidate().label()),
          Html.text(gate.standing().word()),
          Html.text(String.join(", ", gate.signOffs().stream().map(one -> one.person()).toList())),
          Widgets.link(Fields.path("gates", id, "evidence"), "Download"));
    }
    Html body =
        table.isEmpty()
            ? Widgets.empty(
                "No gate is decided yet; the evidence is made with the last signature.", "")
            : table.html();
    return frame.page(
        ask,
        new Page(
            "Evidence",
            Widgets.heading(
                "Evidence",
                "Decisions, signed by this installation; anybody can check them offline."),
            body,
            how()));
  }

  private Html how() {
    if (!Files.exists(InstallationKey.publicFile(data))) return Html.EMPTY;
    return Html.all(
        Html.element("h2", "To check a bundle"),
        Html.element(
            "p",
            Html.text("Take the "),
            Widgets.link("/console/evidence/key", "public key"),
            Html.text(" from here once and keep it apart from the bundles.")),
        Html.element("pre", "kedge gate verify BUNDLE --key installation.pub.pem"));
  }

  private Reply key(Ask ask) {
    Path file = InstallationKey.publicFile(data);
    try {
      if (Files.exists(file)) {
        return Reply.download(
            "installation.pub.pem", "application/x-pem-file", Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new KedgeException(
        new Failure.NotFound("The key is made with the first signature.", "key_not_found"));
  }
}
