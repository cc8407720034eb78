package dev.kedge.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.store.StoreContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** A process in which people label is killed with SIGKILL; nothing that it took may be lost. */
class LabellingKillTest extends StoreContract {
  private static final int ITEMS = 400;

  @Test
  void noAnswerIsLostAndEverybodyGoesOnWhereTheyWere() throws Exception {
    Labelling labelling = new Labelling(store, InstantSource.system());
    labelling.create(
        new LabelProject(
            LabellingProcess.PROJECT, new Form.Text(""), "", "", 2, Instant.EPOCH, "carla"),
        IntStream.range(0, ITEMS)
            .mapToObj(i -> new LabelItem("e" + i, "input " + i, Optional.empty(), List.of()))
            .toList());
    Set<String> told = labelAndKill(120);
    Set<String> kept = new HashSet<>();
    for (BlindLabels.Unit unit : labelling.blind(LabellingProcess.PROJECT).units()) {
      unit.labels().keySet().forEach(person -> kept.add(person + " " + unit.item()));
    }
    assertThat(kept).containsAll(told);
    assertThat(kept.size() - told.size()).isBetween(0, LabellingProcess.PEOPLE.size());
    for (String person : LabellingProcess.PEOPLE) goOn(labelling, person);
    Progress progress = labelling.progress(LabellingProcess.PROJECT);
    assertThat(progress.count(ItemStatus.OPEN)).isZero();
    assertThat(labelling.blind(LabellingProcess.PROJECT).units())
        .hasSize(ITEMS)
        .allSatisfy(unit -> assertThat(unit.labels()).hasSize(2));
    System.out.printf("%s: killed after %d answers, %d kept%n", kind, told.size(), kept.size());
  }

  private static void goOn(Labelling labelling, String person) {
    while (labelling.next(LabellingProcess.PROJECT, person) instanceof Assignment.Work work) {
      labelling.answer(
          LabellingProcess.PROJECT, work.item().id(), person, StringNode.valueOf(person));
    }
  }

  /** Lets a process label until it has told of so many answers, and kills it. */
  private Set<String> labelAndKill(int enough) throws Exception {
    Process process = start();
    Set<String> told = new HashSet<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int c = out.read(); c >= 0; c = out.read()) {
        if (c != '\n') {
          line.append((char) c);
          continue;
        }
        told.add(line.toString());
        line.setLength(0);
        // Through the handle: the process itself would close the stream that is still to be read.
        if (told.size() == enough) process.toHandle().destroyForcibly();
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(told).hasSizeBetween(enough, 2 * ITEMS - 1);
    return told;
  }

  private Process start() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            LabellingProcess.class.getName(),
            url);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
