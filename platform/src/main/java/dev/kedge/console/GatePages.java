package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.eval.score.JsonText;
import dev.kedge.gate.Finding;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateRecord;
import dev.kedge.gate.GateResult;
import dev.kedge.gate.Outcome;
import dev.kedge.gate.SignOff;
import dev.kedge.gate.SignOffRule;
import dev.kedge.gate.Standing;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Gates: what a candidate was found to be, who signed, and the evidence. */
final class GatePages {
  private static final int MOST = 200;
  private static final String WITHOUT_SIGN_IN = "console, nobody signs in";
  private static final Set<String> KNOWN_ROLES =
      Arrays.stream(Role.values()).map(Role::toString).collect(Collectors.toUnmodifiableSet());

  private final GateDesk desk;
  private final Frame frame;

  GatePages(GateDesk desk, Frame frame) {
    this.desk = desk;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("Decision", "Gates", "/console/gates", "d", RunPages.READERS);
    routes.get("/console/gates", this::list, RunPages.READERS);
    routes.get("/console/gates/*", this::gate, RunPages.READERS);
    routes.get("/console/gates/*/evidence", this::evidence, RunPages.READERS);
    routes.get("/console/gates/*/report", this::report, RunPages.READERS);
    routes.post("/console/gates/*/sign", this::sign, Role.APPROVER);
  }

  private Reply list(Ask ask) {
    List<GateRecord> gates = desk.latest(ask.query().given("task"), MOST);
    Html body =
        gates.isEmpty()
            ? Widgets.empty(
                "No candidate went through the gate yet. Judge one against the model in use:",
                "kedge gate NEW.gguf --against CURRENT.gguf --task TASK --dataset NAME --config"
                    + " kedge.yaml")
            : table(gates);
    Html altered =
        desk.altered()
            .map(what ->
                Tag.of("p.problem").with("role", "alert").around("The record was altered: " + what))
            .orElse(Html.EMPTY);
    return frame.page(
        ask,
        new Page(
            "Gates",
            Widgets.heading(
                "Gates", "No model takes another's place without its rules and signatures."),
            altered,
            body));
  }

  static Html table(List<GateRecord> gates) {
    Widgets.Table table =
        new Widgets.Table("Gates")
            .column("Candidate and gate")
            .column("Instead of")
            .column("Task")
            .column("Outcome")
            .column("Decision")
            .column("Judged");
    for (GateRecord gate : gates) {
      GateResult result = gate.result();
      table.row(
          Widgets.named(Fields.path("gates", result.id()), result.candidate().label(), result.id()),
          Html.text(result.current().label()),
          Html.text(result.task()),
          outcome(result.outcome()),
          standing(gate.standing()),
          Html.text(Figures.moment(Instant.ofEpochMilli(result.atMs()))));
    }
    return table.html();
  }

  static Html outcome(Outcome outcome) {
    return switch (outcome) {
      case PASS -> Widgets.badge("good", "pass");
      case FAIL -> Widgets.badge("bad", "fail");
      case UNDECIDED -> Widgets.badge("mid", "undecided");
    };
  }

  static Html standing(Standing standing) {
    String kind =
        switch (standing) {
          case OPEN, AWAITING_SECOND -> "main";
          case APPROVED -> "good";
          case REJECTED -> "bad";
        };
    return Widgets.badge(kind, standing.word());
  }

  private GateRecord find(Ask ask) {
    return desk.find(ask.step())
        .orElseThrow(() ->
            new KedgeException(new Failure.NotFound("There is no such gate.", "gate_not_found")));
  }

  private Reply gate(Ask ask) {
    String done = ask.query().given("done").isPresent() ? "Your signature is recorded." : "";
    return shown(ask, find(ask), Fields.EMPTY, Widgets.notice(done), 200);
  }

  private Reply shown(Ask ask, GateRecord gate, Fields sent, Html notice, int status) {
    GateResult result = gate.result();
    List<Html> body = new ArrayList<>();
    body.add(Html.element("p.trail", Widgets.link("/console/gates", "Gates")));
    body.add(
        Widgets.heading(
            result.candidate().label(),
            "wants the place of " + result.current().label() + " in the task " + result.task()));
    body.add(notice);
    body.add(verdict(gate));
    for (String note : result.notes()) body.add(Html.element("p", note));
    body.add(ways(gate));
    body.add(Html.element("h2", "Rules"));
    body.add(rules(result));
    body.add(numbers(result));
    body.add(Html.element("h2", "Signatures"));
    body.add(signatures(gate));
    body.add(signForm(ask, gate, sent));
    body.add(Html.element("h2", "What was compared"));
    body.add(facts(gate));
    return frame.page(ask, new Page(status, "Gate " + result.id(), Html.all(body)));
  }

  private static Html verdict(GateRecord gate) {
    GateResult result = gate.result();
    String kind =
        switch (result.outcome()) {
          case PASS -> "good";
          case FAIL -> "bad";
          case UNDECIDED -> "mid";
        };
    long broken = result.findings().stream().filter(f -> f.outcome() == Outcome.FAIL).count();
    long open = result.findings().stream().filter(f -> f.outcome() == Outcome.UNDECIDED).count();
    String headline =
        switch (result.outcome()) {
          case PASS -> "Pass: every rule is kept.";
          case FAIL -> "Fail: " + Figures.count(broken, "rule") + " broken.";
          case UNDECIDED -> "Undecided: " + Figures.count(open, "rule") + " could not be decided.";
        };
    return Html.element(
        "div.verdict." + kind,
        Html.element("strong", headline),
        Html.element("p", standing(gate.standing()), Html.text(" " + wanted(gate))),
        Html.element("p.soft", result.noise().sentence()));
  }

  private static String wanted(GateRecord gate) {
    SignOffRule rule = gate.result().signOff();
    return switch (gate.standing()) {
      case OPEN -> rule.fourEyes() ? "Two people have to sign." : "One person has to sign.";
      case AWAITING_SECOND -> "A second person has to sign.";
      case APPROVED -> "It may be used.";
      case REJECTED -> "It must not be used.";
    };
  }

  private static Html rules(GateResult result) {
    Widgets.Table table =
        new Widgets.Table("Rules")
            .column("Rule")
            .column("Outcome")
            .column("Verdict")
            .column("What was seen");
    for (Finding finding : result.findings()) {
      Html outcome =
          switch (finding.outcome()) {
            case PASS -> Widgets.badge("good", "kept");
            case FAIL -> Widgets.badge("bad", "broken");
            case UNDECIDED -> Widgets.badge("mid", "undecided");
          };
      table.row(
          Html.text(finding.rule()),
          outcome,
          Html.text(finding.verdict()),
          Html.text(finding.sentence()));
    }
    return table.html();
  }

  private static Html numbers(GateResult result) {
    Widgets.Table table =
        new Widgets.Table("Numbers")
            .column("Rule")
            .number("Current")
            .number("Candidate")
            .number("95 % interval")
            .number("p")
            .number("p (Holm)")
            .number("Bound")
            .number("Would have shown")
            .number("n");
    for (Finding finding : result.findings()) {
      if (finding.numbers().isEmpty()) continue;
      Finding.Numbers n = finding.numbers().get();
      table.row(
          finding.rule() + " (" + n.unit() + ")",
          n.current().isPresent() ? number(n.current().getAsDouble()) : "–",
          number(n.candidate()),
          "[" + number(n.low()) + ", " + number(n.high()) + "]",
          n.p().isPresent() ? number(n.p().getAsDouble()) : "–",
          n.pAdjusted().isPresent() ? number(n.pAdjusted().getAsDouble()) : "–",
          number(n.bound()),
          n.detectable().isPresent() ? number(n.detectable().getAsDouble()) : "–",
          Figures.whole(n.examples()));
    }
    if (table.isEmpty()) return Html.EMPTY;
    return Html.element("details", Html.element("summary", "The numbers"), table.html());
  }

  private static String number(double value) {
    return String.format(
        java.util.Locale.ENGLISH, Math.abs(value) >= 100 ? "%,.0f" : "%.4f", value);
  }

  private static Html signatures(GateRecord gate) {
    if (gate.signOffs().isEmpty()) return Html.element("p.soft", "Nobody has signed yet.");
    Widgets.Table table =
        new Widgets.Table("Signatures")
            .column("Who")
            .column("As")
            .column("Decision")
            .column("Reason")
            .column("Known by")
            .column("When");
    for (SignOff one : gate.signOffs()) {
      boolean yes = one.decision() == SignOff.Decision.APPROVE;
      table.row(
          Html.text(one.person()),
          Html.text(one.role()),
          Widgets.badge(yes ? "good" : "bad", yes ? "approved" : "rejected"),
          Html.text(one.reason()),
          Html.text(one.via()),
          Html.text(Figures.moment(Instant.ofEpochMilli(one.atMs()))));
    }
    return table.html();
  }

  /** In which roles somebody may sign: those of the task, unless they are roles one must hold. */
  private static List<String> roles(Visitor visitor, SignOffRule rule) {
    if (!rule.roles().isEmpty()) {
      return rule.roles().stream()
          .filter(role -> !KNOWN_ROLES.contains(role) || holds(visitor, role))
          .toList();
    }
    return List.of(visitor.has(Role.ADMIN) && visitor.checked() ? "admin" : "approver");
  }

  private static boolean holds(Visitor visitor, String role) {
    return visitor.roles().stream().anyMatch(one -> one.toString().equals(role));
  }

  private static Html signForm(Ask ask, GateRecord gate, Fields sent) {
    if (!gate.standing().open() || !ask.visitor().has(Role.APPROVER)) return Html.EMPTY;
    if (!ask.visitor().isNamed()) {
      String to = Fields.address("/console/name", Map.of("next", ask.visit().path()));
      return Html.element("p", Widgets.link(to, "Give your name to sign"));
    }
    Map<String, String> roles = new TreeMap<>();
    roles(ask.visitor(), gate.result().signOff()).forEach(role -> roles.put(role, role));
    if (roles.isEmpty()) {
      return Html.element("p.soft", "The task lets only other roles sign than yours.");
    }
    boolean passed = gate.result().outcome() == Outcome.PASS;
    Html approve =
        passed
            ? decision("approve", "Approve", "a", sent)
            : Html.element("p.hint", "It did not pass, so that it can only be rejected.");
    return Widgets.form(Fields.path("gates", gate.result().id(), "sign"))
        .with("data-main", "Sign")
        .around(
            Widgets.token(ask.visitor()),
            Tag.of("fieldset")
                .around(
                    Html.element("legend", "Sign as " + ask.visitor().name()),
                    Html.element("div.choices", approve, decision("reject", "Reject", "x", sent))),
            Html.element(
                "div.filter", Widgets.select("role", "In the role", roles, sent.text("role"))),
            Tag.of("label").with("for", "reason").around("Reason"),
            Tag.of("textarea")
                .with("id", "reason")
                .with("name", "reason")
                .with("maxlength", 4_000)
                .with("rows", 3)
                .with("data-key", "r")
                .flag("required")
                .around(sent.text("reason")),
            Html.element("div.actions", Html.element("button.primary", "Sign")),
            Html.element(
                "p.hint",
                "A signature cannot be taken back. It goes into the evidence with your name."));
  }

  private static Html decision(String value, String text, String key, Fields sent) {
    return Tag.of("label.choice")
        .around(
            Tag.of("input")
                .with("type", "radio")
                .with("name", "decision")
                .with("value", value)
                .with("data-key", key)
                .flag("required")
                .flag("checked", sent.text("decision").equals(value))
                .alone(),
            Html.element("span", text),
            Html.element("kbd", key));
  }

  private Reply sign(Ask ask) {
    Optional<Reply> nameless = LabelPages.nameless(ask);
    if (nameless.isPresent()) return nameless.get();
    GateRecord gate = find(ask);
    try {
      desk.sign(ask.step(), signature(ask, gate));
    } catch (KedgeException e) {
      if (e.failure() instanceof Failure.Broken) throw e;
      return refused(ask, gate, e.failure().message(), e.failure().status());
    } catch (IllegalArgumentException e) {
      return refused(ask, gate, String.valueOf(e.getMessage()), 400);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Reply.seeOther(Fields.address(Fields.path("gates", ask.step()), Map.of("done", "yes")));
  }

  private static GateDesk.Signature signature(Ask ask, GateRecord gate) {
    Visitor visitor = ask.visitor();
    String role = ask.form().text("role");
    if (!roles(visitor, gate.result().signOff()).contains(role)) {
      throw new KedgeException(
          new Failure.Forbidden("you cannot sign in the role '" + role + "'", "role_needed"));
    }
    SignOff.Decision decision =
        switch (ask.form().text("decision")) {
          case "approve" -> SignOff.Decision.APPROVE;
          case "reject" -> SignOff.Decision.REJECT;
          default -> throw KedgeException.invalid("approve or reject");
        };
    String via = visitor.checked() ? SignOff.CONSOLE : WITHOUT_SIGN_IN;
    return new GateDesk.Signature(visitor.name(), role, decision, ask.form().text("reason"), via);
  }

  private Reply refused(Ask ask, GateRecord gate, String message, int status) {
    String text =
        message.isEmpty()
            ? message
            : Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    return shown(ask, gate, ask.form(), Widgets.problem(text), status);
  }

  private static Html facts(GateRecord gate) {
    GateResult result = gate.result();
    List<Html> facts = new ArrayList<>();
    RunPages.fact(facts, "Gate", result.id());
    RunPages.fact(facts, "Judged", Figures.moment(Instant.ofEpochMilli(result.atMs())));
    RunPages.fact(facts, "Asked for by", gate.requestedBy());
    side(facts, "Current", result.current());
    side(facts, "Candidate", result.candidate());
    RunPages.fact(
        facts,
        "Dataset",
        result.dataset().name() + ", " + Figures.count(result.dataset().cases(), "case"));
    RunPages.fact(facts, "its digest", result.dataset().sha256());
    new TreeMap<>(result.settings())
        .forEach((name, value) -> RunPages.fact(facts, name, value.isEmpty() ? "none" : value));
    facts.add(Html.element("dt", "rules"));
    facts.add(Html.element("dd", Html.element("pre", pretty(result.rules()))));
    return Html.element("dl.facts", Html.all(facts));
  }

  private static String pretty(String json) {
    return JsonText.parse(json).map(LabelInput::text).orElse(json);
  }

  /** What one reads before one signs, and takes along afterwards. */
  private static Html ways(GateRecord gate) {
    GateResult result = gate.result();
    List<Html> downloads = new ArrayList<>();
    String id = result.id();
    if (gate.evidence().isPresent()) {
      downloads.add(button(Fields.path("gates", id, "evidence"), "Evidence, signed"));
    }
    downloads.add(button(Fields.path("gates", id, "report"), "Report"));
    result.current().runs().stream()
        .findFirst()
        .ifPresent(first ->
            result.candidate().runs().stream()
                .findFirst()
                .ifPresent(second -> {
                  downloads.add(button(compare(first, second), "Compare case by case"));
                  Optional<String> again = result.current().runs().stream().skip(1).findFirst();
                  downloads.add(
                      button(DriftPages.address(first, second, again), "Changes in wording"));
                }));
    return Html.element("div.actions", Html.all(downloads));
  }

  private static String compare(String first, String second) {
    Map<String, String> query = new TreeMap<>();
    query.put("first", first);
    query.put("second", second);
    return Fields.address("/console/compare", query);
  }

  private static Html button(String address, String text) {
    return Tag.of("a.button").with("href", address).around(text);
  }

  private static void side(List<Html> facts, String name, GateResult.Side side) {
    RunPages.fact(facts, name, side.label() + ", " + side.kind());
    RunPages.fact(facts, "its digest", side.digest());
    RunPages.fact(facts, "its runs", String.join(", ", side.runs()));
  }

  private Reply evidence(Ask ask) {
    GateRecord gate = find(ask);
    String bundle =
        gate.evidence()
            .orElseThrow(() ->
                new KedgeException(
                    new Failure.NotFound(
                        "There is no evidence before the last signature.", "evidence_not_found")));
    return Reply.download(
        gate.result().id() + ".dsse.json",
        "application/json",
        bundle.getBytes(StandardCharsets.UTF_8));
  }

  private Reply report(Ask ask) {
    GateRecord gate = find(ask);
    String html =
        desk.reportHtml(gate.result().id())
            .orElseThrow(() ->
                new KedgeException(
                    new Failure.NotFound("The report's file is gone.", "report_not_found")));
    return Reply.report(html);
  }
}
