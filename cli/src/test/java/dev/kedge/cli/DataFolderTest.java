package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where commands keep data when nothing says where, and what says so. */
class DataFolderTest {
  @TempDir private Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(DataFolder.property("KEDGE_DATA"));
    System.clearProperty(DataFolder.property("KEDGE_CONFIG"));
  }

  private Path config() throws IOException {
    return Files.writeString(
        folder.resolve("kedge.yaml"),
        "data: state\nengine: [{name: m, file: m.gguf}]\ncapture: [{task: desk, models: [m]}]\n");
  }

  private static void list(String... options) {
    String[] words = {"eval", "data", "list"};
    String[] all = new String[words.length + options.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void withoutAnyWordItIsTheHomeAndNeverTheCurrentFolder() {
    list();
    assertThat(CommandRun.homeOfAll().resolve(".kedge/kedge.db")).exists();
    assertThat(Path.of("kedge.db")).doesNotExist();
  }

  @Test
  void optionsGoBeforeTheConfigurationOfTheEnvironmentAndThatBeforeItsDataFolder()
      throws IOException {
    System.setProperty(DataFolder.property("KEDGE_DATA"), folder.resolve("named").toString());
    list();
    assertThat(folder.resolve("named/kedge.db")).exists();
    System.setProperty(DataFolder.property("KEDGE_CONFIG"), config().toString());
    list();
    assertThat(folder.resolve("state/kedge.db")).exists();
    list("--data", folder.resolve("given").toString());
    assertThat(folder.resolve("given/kedge.db")).exists();
  }

  @Test
  void commandsWithoutAStoreFindTheSameFolder() throws IOException {
    Path config = config();
    assertThat(CommandRun.of("capture", "list", "--config", config.toString()).err())
        .contains(folder.resolve("state/captures").toString());
    assertThat(CommandRun.of("capture", "list", "--data", folder + "/x").err())
        .contains(folder.resolve("x/captures").toString());
  }

  @Test
  void aFolderThatIsMadeIsItsOwnersOnly() throws IOException {
    list("--data", folder.resolve("private").toString());
    assertThat(Files.getPosixFilePermissions(folder.resolve("private"))).hasSize(3);
  }

  @Test
  void aDatasetThatIsNotThereIsToldWithThePlaceThatWasSearched() {
    CommandRun run = CommandRun.of("eval", "data", "show", "desk", "--data", folder + "/empty");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("none in " + folder.resolve("empty"), "--config");
  }

  @Test
  void threadsAreCheckedAlikeWhereverWeightsAreConverted() {
    for (String[] words :
        new String[][] {{"import", "x"}, {"quantize", "a", "b", "--type", "q4_0"}}) {
      String[] all = java.util.Arrays.copyOf(words, words.length + 2);
      all[words.length] = "--threads";
      all[words.length + 1] = "0";
      CommandRun run = CommandRun.of(all);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("--threads is from 1 to 1024, not 0");
    }
  }
}
