package dev.kedge.console;

import dev.kedge.base.Sha256;
import dev.kedge.eval.FieldCount;
import dev.kedge.eval.run.Figure;
import dev.kedge.eval.run.RunCase;
import dev.kedge.eval.run.RunManifest;
import dev.kedge.eval.run.RunTables;
import dev.kedge.eval.score.Measure;
import dev.kedge.eval.score.Reply;
import dev.kedge.gate.Finding;
import dev.kedge.gate.GateDesk;
import dev.kedge.gate.GateResult;
import dev.kedge.gate.Outcome;
import dev.kedge.gate.SignOffRule;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.databind.node.StringNode;

/** Runs and gates to look at. */
public final class ConsoleSeed {
  /** Text that would do something if a page took it for markup. */
  public static final String HOSTILE =
      "<script>boom()</script>\"'><img src=x onerror=boom()></textarea></pre><svg/onload=boom()>"
          + " javascript:boom() {{boom()}} &lt;b&gt; \u202egnp.exe";

  private static final String RULES = "exact: not worse by 3 points; valid JSON at least 99 %";

  private ConsoleSeed() {}

  /** Two runs over 120 cases; the second loses some and wins some. */
  static void runs(Path data) throws IOException {
    run(data, "20261120-100000-a", "order-desk-old.gguf", 5, 0);
    run(data, "20261122-100000-b", "order-desk-new.gguf", 7, 3);
  }

  private static void run(Path data, String id, String model, int wrongEvery, int shift)
      throws IOException {
    Path folder = Files.createDirectories(data.resolve("runs").resolve(id));
    List<String> lines = new ArrayList<>();
    long right = 0;
    for (int i = 1; i <= 120; i++) {
      boolean good = (i + shift) % wrongEvery != 0;
      if (good) right++;
      lines.add(RunningConsole.JSON.writeValueAsString(one(i, good)));
    }
    Files.write(folder.resolve("cases.jsonl"), lines);
    RunManifest manifest = manifest(id, model, right);
    Files.writeString(
        folder.resolve("manifest.json"), RunningConsole.JSON.writeValueAsString(manifest));
  }

  private static RunCase one(int i, boolean good) {
    String expected = "order " + (70_000 + i) + " is shipped";
    String answer = good ? expected : "order " + (70_000 + i) + " is " + HOSTILE;
    return new RunCase(
        "h" + i,
        Sha256.of(("case " + i).getBytes(StandardCharsets.UTF_8)),
        i % 3 == 0 ? List.of("plain", "number") : List.of("story"),
        "",
        "Hi, it's the front desk again: has order "
            + (70_000 + i)
            + " gone out?"
            + (i == 4 ? HOSTILE : ""),
        StringNode.valueOf(expected),
        new Reply(answer, "stop", 42, 11, 12.5, 140.2, "", List.of(), ""),
        Map.of("exact", good ? 1.0 : 0.0, "latency", 140.2),
        Map.of(),
        Map.<String, Map<String, FieldCount>>of(),
        good ? Map.of() : Map.of("exact", "other words: " + HOSTILE));
  }

  private static RunManifest manifest(String id, String model, long right) {
    double share = right / 120.0;
    String definition = "The answer is the label, character by character.";
    return new RunManifest(
        id,
        "order-desk",
        new RunManifest.Data("order-desk@2", "ab".repeat(32), 120),
        new RunManifest.ModelMark(model, "cd".repeat(32), "file", List.of()),
        Map.of("temperature", "0", "max tokens", "256"),
        "ef".repeat(32),
        "0.1.0",
        RunManifest.State.COMPLETE,
        1_795_000_000_000L,
        1_795_000_031_500L,
        120,
        0,
        120,
        0,
        List.of(
            Measure.share("exact", definition),
            Measure.mean("latency", Measure.Better.LOWER, "ms", "Time of the whole answer.")),
        List.of(
            new Figure(
                "exact",
                "exact",
                Measure.Kind.SHARE,
                Measure.Better.HIGHER,
                "",
                share,
                share - 0.07,
                share + 0.06,
                120,
                "Wilson",
                definition),
            new Figure(
                "latency",
                "latency",
                Measure.Kind.MEAN,
                Measure.Better.LOWER,
                "ms",
                140.2,
                138.1,
                143.9,
                120,
                "BCa bootstrap",
                "Time of the whole answer.")),
        new RunTables(
            List.of(),
            List.of(),
            List.of(
                new RunTables.Slice("exact", "plain", right / 3, 40),
                new RunTables.Slice("exact", "story", right - right / 3, 80))),
        List.of());
  }

  /** One gate that passed and wants two signatures, and one that failed. */
  static void gates(Path data, Store store) throws IOException {
    GateDesk desk = new GateDesk(store, data, InstantSource.system());
    desk.add(gate("gate-1", "order-desk-new.gguf", Outcome.PASS), "carla");
    desk.add(gate("gate-2", "order-desk-tiny.gguf", Outcome.FAIL), "carla");
  }

  private static GateResult gate(String id, String candidate, Outcome outcome) {
    Finding exact =
        new Finding(
            "exact",
            Finding.Kind.METRIC,
            outcome,
            outcome == Outcome.PASS ? "not worse than by 3.0 points" : "worse",
            candidate + " against order-desk-old.gguf: difference +1.2 points [-1.2, +3.6]",
            Optional.of(
                new Finding.Numbers(
                    "points",
                    "mcnemar",
                    250,
                    250,
                    OptionalDouble.of(0.72),
                    0.732,
                    -0.012,
                    0.036,
                    OptionalDouble.of(0.4),
                    OptionalDouble.of(0.8),
                    0.03,
                    OptionalDouble.of(0.05),
                    OptionalLong.empty())));
    Finding phrases =
        new Finding(
            "protected phrases",
            Finding.Kind.PHRASE,
            Outcome.PASS,
            "unchanged",
            HOSTILE + " \"No legal advice.\" stands in 38 of 38 answers, as before",
            Optional.empty());
    return new GateResult(
        id,
        "order-desk",
        "0.1.0",
        1_795_000_100_000L,
        new GateResult.Side(
            "order-desk-old.gguf",
            "cd".repeat(32),
            "file",
            List.of("20261120-100000-a"),
            "12".repeat(32)),
        new GateResult.Side(
            candidate, "34".repeat(32), "file", List.of("20261122-100000-b"), "56".repeat(32)),
        new GateResult.Data("order-desk@2", "ab".repeat(32), 250),
        Map.of("temperature", "0"),
        "78".repeat(32),
        RULES,
        Sha256.of(RULES.getBytes(StandardCharsets.UTF_8)),
        new GateResult.Noise(
            true,
            25,
            0,
            "25 cases were asked again and answered the same: every difference is the"
                + " candidate's."),
        new SignOffRule(true, List.of()),
        List.of(exact, phrases),
        outcome,
        List.of());
  }
}
