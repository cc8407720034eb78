package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kedge.route.tier.Aim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Real questions with what two real models made of them. */
class MmluRoutingTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("kedge.shared", "../../shared"), "data/routing/mmlu");

  private static ScoredData data() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "skipped: there is no " + FOLDER);
    return ScoredData.read(List.of(FOLDER), Optional.empty());
  }

  @Test
  void everyQuestionIsReadWithBothScores() throws IOException {
    ScoredData data = data();
    assertThat(data.examples()).hasSize(14_042);
    assertThat(data.groups()).isEqualTo(57);
    assertThat(data.small()).contains("Mixtral");
    assertThat(data.large()).startsWith("gpt-4");
    assertThat(data.examples())
        .allSatisfy(example -> assertThat(example.prompt()).endsWith("Answer:"));
  }

  @Test
  void onKnownSubjectsRoutingBeatsRandomMixing() throws IOException {
    ScoredData all = data();
    // Every third question: enough to tell, and a third of the time.
    List<Scored> third =
        IntStream.range(0, all.examples().size() / 3)
            .mapToObj(i -> all.examples().get(3 * i))
            .toList();
    ScoredData data = new ScoredData(all.names(), all.sha256(), all.small(), all.large(), third);
    TrainingPlan plan =
        new TrainingPlan(Split.RANDOM, 1, new Aim.RelativeFloor(0.95), Optional.empty());
    Training.Outcome outcome = new Training(data, plan).run();
    assertThat(outcome.measured().recovered().low()).isGreaterThan(0.53);
    assertThat(outcome.quality().auc()).isGreaterThan(0.59);
    assertThat(outcome.quality().calibrationError()).isLessThan(0.04);
    assertThat(outcome.chosen().bounds().largeShare()).isLessThan(0.75);
    assertThat(outcome.verdict()).isEqualTo(Verdict.PAYS);
  }
}
