package dev.kedge.rollout;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.RolloutSection.Stage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The tests of one stage, by measure. For one thread; its bytes are what the store keeps. */
public final class Trial {
  private static final int FORM = 1;
  private static final JsonMapper JSON = new JsonMapper();

  private final RolloutSpec spec;
  private final Stage stage;
  private final List<MeasureTest> tests;
  /* What showed that it is not worse, where no step could follow at once. */
  private List<Figure> proof;

  private Trial(RolloutSpec spec, Stage stage, List<MeasureTest> tests, List<Figure> proof) {
    this.spec = spec;
    this.stage = stage;
    this.tests = tests;
    this.proof = proof;
  }

  /** Nothing seen yet. */
  public static Trial begin(RolloutSpec spec, Progress progress) {
    Stage stage = spec.stage(progress);
    return new Trial(spec, stage, fresh(spec, stage), List.of());
  }

  private static List<MeasureTest> fresh(RolloutSpec spec, Stage stage) {
    List<MeasureTest> tests = new ArrayList<>();
    for (RolloutSpec.Rule _ : spec.rules()) tests.add(new MeasureTest(spec.level(stage)));
    return tests;
  }

  /**
   * Goes on with new tests after it was shown that the candidate is not worse: an interval never
   * takes back what it excluded, so the old ones could not see a loss that comes later.
   */
  void guard() {
    if (proof.isEmpty()) proof = figures();
    tests.clear();
    tests.addAll(fresh(spec, stage));
  }

  /** What the verdict rests on. */
  List<Figure> grounds() {
    return proof.isEmpty() || worse() ? figures() : proof;
  }

  private boolean worse() {
    return figures().stream().anyMatch(figure -> figure.verdict() == Figure.Verdict.WORSE);
  }

  /** Takes what a call said. */
  public void add(Seen seen) {
    for (int i = 0; i < tests.size(); i++) {
      switch (seen) {
        case Seen.One one -> {
          double wrong = one.wrong()[i];
          if (!Double.isNaN(wrong)) tests.get(i).add(one.arm(), wrong);
        }
        case Seen.Both both -> {
          double current = both.current()[i];
          double candidate = both.candidate()[i];
          if (!Double.isNaN(current) && !Double.isNaN(candidate)) {
            tests.get(i).pair(current, candidate);
          }
        }
      }
    }
  }

  /** What is known, by measure that this stage tests. */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < tests.size(); i++) {
      RolloutSpec.Rule rule = spec.rules().get(i);
      if (stage.shadow() || !rule.paired()) figures.add(tests.get(i).figure(rule));
    }
    return figures;
  }

  /** What all measures together say: worse on one, not worse on all with enough calls. */
  public Figure.Verdict verdict() {
    if (worse()) return Figure.Verdict.WORSE;
    boolean shown = !proof.isEmpty() || provesNow();
    return shown ? Figure.Verdict.NOT_WORSE : Figure.Verdict.UNDECIDED;
  }

  /** Whether the present tests alone show that the candidate is not worse. */
  boolean provesNow() {
    List<Figure> figures = figures();
    long most = figures.stream().mapToLong(Figure::compared).max().orElse(0);
    return most >= spec.minCalls()
        && figures.stream().allMatch(one -> one.verdict() == Figure.Verdict.NOT_WORSE);
  }

  /** As the store keeps it. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORM);
      out.writeInt(tests.size());
      for (MeasureTest test : tests) test.write(out);
      out.writeUTF(proof.isEmpty() ? "" : JSON.writeValueAsString(proof));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The trial of these bytes; a new one of none. */
  public static Trial read(RolloutSpec spec, Progress progress, byte[] bytes) {
    if (bytes.length == 0) return begin(spec, progress);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int form = in.readInt();
      int size = in.readInt();
      if (form != FORM || size != spec.rules().size()) {
        throw new IOException("not the tests of this rollout");
      }
      List<MeasureTest> tests = new ArrayList<>();
      for (int i = 0; i < size; i++) tests.add(MeasureTest.read(in));
      String proof = in.readUTF();
      List<Figure> shown =
          proof.isEmpty() ? List.of() : List.of(JSON.readValue(proof, Figure[].class));
      return new Trial(spec, spec.stage(progress), tests, shown);
    } catch (IOException | JacksonException e) {
      throw new KedgeException(
          new Failure.Untrusted("the tests of the rollout cannot be read", "rollout_altered"), e);
    }
  }
}
