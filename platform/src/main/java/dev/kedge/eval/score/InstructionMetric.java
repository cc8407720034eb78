package dev.kedge.eval.score;

import dev.kedge.eval.FieldCount;
import dev.kedge.eval.score.instruct.Instructions;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The answer follows instructions that a program can verify. The case has IFEval's fields {@code
 * instruction_id_list} and {@code kwargs}.
 */
public final class InstructionMetric implements Metric {
  private final String name;

  public InstructionMetric(String name) {
    this.name = name;
  }

  @Override
  public List<Measure> measures() {
    String strict = "as the answer stands";
    String loose =
        "in at least one of eight forms: as it stands, or without its first, last or both lines,"
            + " each with and without asterisks";
    String kinds =
        " (25 kinds as in IFEval, arXiv:2311.07911; sentences are counted and languages guessed by"
            + " rules of our own)";
    return List.of(
        Measure.share(
            name + ".strict",
            "Share of answers that follow all instructions " + strict + kinds + "."),
        Measure.share(
            name + ".loose",
            "Share of answers that follow each instruction " + loose + kinds + "."),
        Measure.counts(
            name + ".each_strict",
            "An instruction is right where it is followed " + strict + "; by kind."),
        Measure.counts(
            name + ".each_loose",
            "An instruction is right where it is followed " + loose + "; by kind."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    JsonNode kinds = question.extra().path("instruction_id_list");
    JsonNode arguments = question.extra().path("kwargs");
    String answer = reply.answered() ? reply.text() : "";
    boolean strict = true;
    boolean loose = true;
    StringBuilder missed = new StringBuilder();
    for (int i = 0; i < kinds.size(); i++) {
      String kind = kinds.get(i).asString("");
      JsonNode given =
          arguments.path(i).isObject() ? arguments.path(i) : JsonNodeFactory.instance.objectNode();
      boolean followed = Instructions.follows(kind, given, answer);
      boolean loosely = followed || Instructions.followsLoosely(kind, given, answer);
      count(name + ".each_strict", kind, followed, scores);
      count(name + ".each_loose", kind, loosely, scores);
      strict &= followed;
      loose &= loosely;
      if (!followed) missed.append(missed.isEmpty() ? "" : ", ").append(kind);
    }
    if (kinds.isEmpty()) return;
    scores.put(name + ".strict", strict);
    scores.put(name + ".loose", loose);
    if (!missed.isEmpty()) scores.note(name + ".strict", "not followed: " + missed);
  }

  private static void count(String measure, String kind, boolean followed, Scores scores) {
    scores.add(measure, kind, new FieldCount(followed ? 1 : 0, 1, 1));
  }
}
