package dev.kedge.gate;

import dev.kedge.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Results of gates as tests need them. */
final class TestingGates {
  static final String RULES = "metrics: exact, margin 0.03";
  static final long JUDGED_MS = 1_795_000_000_000L;

  private TestingGates() {}

  static GateResult result(String id, Outcome outcome, boolean fourEyes, String... roles) {
    Finding.Numbers numbers =
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
            OptionalDouble.of(0.4),
            0.03,
            OptionalDouble.of(0.05),
            OptionalLong.empty());
    Finding finding =
        new Finding(
            "exact",
            Finding.Kind.METRIC,
            outcome,
            "not worse",
            "a “sentence”\n",
            Optional.of(numbers));
    return new GateResult(
        id,
        "order-desk",
        "1.0",
        JUDGED_MS,
        new GateResult.Side("old.gguf", "a".repeat(64), "file", List.of("run-1"), "b".repeat(64)),
        new GateResult.Side("new.gguf", "c".repeat(64), "file", List.of("run-2"), "d".repeat(64)),
        new GateResult.Data("holdout.jsonl", "e".repeat(64), 250),
        Map.of("temperature", "0", "system", ""),
        "f".repeat(64),
        RULES,
        Sha256.of(RULES.getBytes(StandardCharsets.UTF_8)),
        new GateResult.Noise(true, 25, 0, "the same answers again"),
        new SignOffRule(fourEyes, List.of(roles)),
        List.of(finding),
        outcome,
        List.of("a note"));
  }

  static GateDesk.Signature approval(String person) {
    return signature(person, SignOff.Decision.APPROVE);
  }

  static GateDesk.Signature signature(String person, SignOff.Decision decision) {
    return new GateDesk.Signature(
        person, "task owner", decision, "read the report", SignOff.COMMAND_LINE);
  }
}
