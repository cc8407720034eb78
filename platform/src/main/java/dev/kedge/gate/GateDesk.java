package dev.kedge.gate;

import dev.kedge.base.Sha256;
import dev.kedge.evidence.Envelope;
import dev.kedge.evidence.InstallationKey;
import dev.kedge.report.Html;
import dev.kedge.report.WholeFile;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Where gates are kept and signed: the one door for command and console. Any thread may call.
 *
 * <p>The files of a gate lie in {@code DATA/gates/ID}: {@code report.html}, {@code gate.json}, and
 * {@code evidence.dsse.json} once it is decided. The store is what counts; the files are copies for
 * people.
 */
public final class GateDesk {
  private static final String ID = "[A-Za-z0-9._-]{1,80}";

  private final GateStore gates;
  private final Path data;
  private final InstantSource clock;

  /**
   * @param store of the gates
   * @param data folder of reports and of the installation's key
   * @param clock for signatures
   */
  public GateDesk(Store store, Path data, InstantSource clock) {
    this.gates = new GateStore(store);
    this.data = data;
    this.clock = clock;
  }

  /** What a person decides, as it comes from a page or a command line. */
  public record Signature(
      String person, String role, SignOff.Decision decision, String reason, String via) {}

  /** Keeps a gate with its page. */
  public GateRecord add(GateResult result, String requestedBy) throws IOException {
    return add(new GateRun.Judged(result, Html.EMPTY, Optional.empty()), requestedBy);
  }

  /** Keeps a gate with its page, on which the changes of the words stand too. */
  public GateRecord add(GateRun.Judged judged, String requestedBy) throws IOException {
    GateResult result = judged.result();
    String person = SignOff.named(requestedBy, "person");
    GatePage page = new GatePage(result);
    String html = page.html(judged.changes());
    WholeFile.write(report(result.id()), html);
    WholeFile.write(folder(result.id()).resolve("gate.json"), page.json(judged.data()));
    gates.add(result, person, Sha256.of(html.getBytes(StandardCharsets.UTF_8)));
    return gates.find(result.id()).orElseThrow(() -> GateStore.missing(result.id()));
  }

  /** One gate. */
  public Optional<GateRecord> find(String id) {
    return id.matches(ID) ? gates.find(id) : Optional.empty();
  }

  /** The latest gates, newest first. */
  public List<GateRecord> latest(Optional<String> task, int most) {
    return gates.latest(task, most);
  }

  /** What was changed in the store behind our back; empty if nothing. */
  public Optional<String> altered() {
    return gates.broken();
  }

  /**
   * Signs. With the last signature that was wanted the evidence is made and signed by the
   * installation.
   *
   * @throws dev.kedge.base.KedgeException if there is no such gate, or the signature does not count
   * @throws IllegalArgumentException if name, role or reason are missing
   */
  public GateRecord sign(String id, Signature signature) throws IOException {
    InstallationKey key = InstallationKey.open(data);
    SignOff signOff =
        new SignOff(
            signature.person(),
            signature.role(),
            signature.decision(),
            signature.reason(),
            signature.via(),
            clock.millis());
    if (!id.matches(ID)) throw GateStore.missing(id);
    GateRecord record = gates.sign(id, signOff, decided -> evidence(decided, key));
    if (record.evidence().isPresent()) {
      WholeFile.write(evidenceFile(id), record.evidence().get());
    }
    return record;
  }

  private static String evidence(GateRecord record, InstallationKey key) {
    return Envelope.sign(Envelope.IN_TOTO, GateEvidence.statement(record, key.id()).bytes(), key)
        .json();
  }

  /** The page for people. */
  public Path report(String id) {
    return folder(id).resolve("report.html");
  }

  /** The page's text; empty if the file is gone. */
  public Optional<String> reportHtml(String id) {
    Path file = report(id);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The signed bundle. */
  public Path evidenceFile(String id) {
    return folder(id).resolve("evidence.dsse.json");
  }

  private Path folder(String id) {
    if (!id.matches(ID) || id.startsWith(".")) throw GateStore.missing(id);
    return data.resolve("gates").resolve(id);
  }
}
