package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.KedgeFile;
import dev.kedge.config.RolloutMetric;
import dev.kedge.config.RolloutSection;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Rollouts;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge rollout} on a store that a gateway has written. */
class RolloutCommandsTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("kedge.root", "..")).resolve("examples/rollout/kedge.yaml");

  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    RolloutSection section =
        RolloutSection.of("desk-q4", List.of(RolloutMetric.valueOf("errors")), "5%", "5%");
    try (Store store = Store.open("sqlite:" + folder.resolve("kedge.db"));
        Rollouts rollouts = Rollouts.start(store, folder, InstantSource.system(), _ -> true)) {
      rollouts.open(RolloutSpec.of("desk", section, "aa", "bb"), Measures.of(section, folder));
    }
  }

  private CommandRun run(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "rollout";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--data";
    all[args.length + 2] = folder.toString();
    return CommandRun.of(all);
  }

  @Test
  void listAndShowTellHowItStands() {
    CommandRun list = run("list");
    assertThat(list.code()).as(list.err()).isZero();
    assertThat(list.out()).contains("desk-q4", "running", "100% copied");
    JsonNode json = new JsonMapper().readTree(run("show", "desk", "--json").out());
    assertThat(json.path("phase").stringValue()).isEqualTo("running");
    assertThat(json.path("figures").path(0).path("measure").stringValue()).isEqualTo("errors");
    assertThat(run("show", "desk").out()).contains("WENT WRONG", "undecided", "began by kedge");
    assertThat(run("show", "nothing").code()).isEqualTo(3);
  }

  @Test
  void peopleDecideWithNameAndReasonAndTheEvidenceHolds() throws IOException {
    assertThat(run("hold", "desk").code()).as("without a reason").isEqualTo(2);
    CommandRun held = run("hold", "desk", "--reason", "holidays", "--as", "Ann");
    assertThat(held.code()).as(held.err()).isZero();
    assertThat(held.out()).contains("running, held");
    assertThat(run("resume", "desk", "--reason", "back", "--as", "Ann").code()).isZero();
    assertThat(run("rollback", "desk", "--reason", "complaints", "--as", "Ann").code()).isZero();
    assertThat(run("hold", "desk", "--reason", "late", "--as", "Ann").code()).isEqualTo(3);
    assertThat(run("restart", "desk", "--reason", "mended", "--as", "Ann").code()).isZero();
    CommandRun promoted = run("promote", "desk", "--reason", "fine", "--as", "Ann", "--json");
    JsonNode node = new JsonMapper().readTree(promoted.out());
    assertThat(node.path("phase").stringValue()).isEqualTo("promoted");
    assertThat(node.path("events").path(5).path("person").stringValue()).isEqualTo("Ann");
    CommandRun good = run("verify", "desk", "--export");
    assertThat(good.code()).as(good.out()).isZero();
    Path evidence = folder.resolve("rollouts").resolve(node.path("id").stringValue());
    assertThat(run("verify", evidence.toString()).code()).isZero();
    Files.delete(evidence.resolve("003.dsse.json"));
    CommandRun gap = run("verify", evidence.toString());
    assertThat(gap.code()).isEqualTo(1);
    assertThat(gap.out()).contains("does not follow the one before");
  }

  @Test
  void aReplayOfAnUnreachableServerIsWorseAndWrongUseIsTold() throws IOException {
    Path calls =
        Files.writeString(
            folder.resolve("calls.jsonl"),
            ("{\"id\":\"c%d\",\"request\":{\"messages\":[{\"role\":\"user\",\"content\":\"%d\"}]},"
                    + "\"answer\":{\"text\":\"a\"}}\n")
                .repeat(1)
                .formatted(1, 1));
    String nobody = "http://127.0.0.1:9/v1#m";
    CommandRun run = run("replay", "--file", calls.toString(), "--candidate", nobody);
    assertThat(run.code()).as(run.err()).isEqualTo(4);
    assertThat(run.out()).contains("100% of 1", "undecided", "1 calls compared");
    assertThat(run("replay", "--candidate", nobody).code()).isEqualTo(2);
    assertThat(
            run("replay", "--file", calls.toString(), "--candidate", nobody, "--metrics", "speed")
                .err())
        .contains("no metric is called 'speed'");
  }

  @Test
  void theExampleIsRead() throws IOException {
    KedgeFile file = KedgeFile.read(EXAMPLE);
    assertThat(file.models().getFirst().rollout().orElseThrow().stages()).hasSize(3);
  }
}
