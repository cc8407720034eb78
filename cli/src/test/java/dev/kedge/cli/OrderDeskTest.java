package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.TaskFile;
import dev.kedge.eval.Dataset;
import dev.kedge.eval.Example;
import dev.kedge.eval.Scorer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bundled example is what its README says: complete, small, and honest about what it was
 * trained on.
 */
class OrderDeskTest {
  private static final Path ROOT =
      Path.of(System.getProperty("kedge.root", "..")).toAbsolutePath().normalize();
  private static final Path FOLDER = ROOT.resolve("examples/order-desk");
  private static final long LARGEST_EXAMPLE = 25_000_000;

  @TempDir Path scratch;

  /** Letters and digits alone, in lower case: what remains equal when spelling is dressed up. */
  private static String normalised(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}]", "");
  }

  @Test
  void everyLabelFulfilsTheSchema() throws IOException {
    Scorer scorer = Scorer.json(FOLDER.resolve("query.schema.json"));
    for (String file : List.of("holdout.jsonl", "dev.jsonl")) {
      scorer.checkLabels(Dataset.read(FOLDER.resolve(file)));
    }
    assertThat(Dataset.read(FOLDER.resolve("holdout.jsonl")).examples()).hasSize(250);
  }

  @Test
  void theModelIsTheRecordedOneAndTheExampleIsSmall() throws Exception {
    TaskFile task = TaskFile.read(FOLDER);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(Files.readAllBytes(FOLDER.resolve(task.model().file())));
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(task.model().sha256());
    try (Stream<Path> files = Files.walk(FOLDER)) {
      long bytes =
          files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      assertThat(bytes).isLessThan(LARGEST_EXAMPLE);
    }
  }

  /**
   * Makes the whole training data again, checks that it is what the model was trained on, and looks
   * for the holdout.
   */
  @Test
  void noInquiryOfTheHoldoutStandsInTheTrainingData() throws Exception {
    Set<String> holdout =
        Dataset.read(FOLDER.resolve("holdout.jsonl")).examples().stream()
            .map(Example::input)
            .map(OrderDeskTest::normalised)
            .collect(Collectors.toSet());
    assertThat(holdout).hasSize(250);
    Path data = scratch.resolve("train.jsonl");
    String[] recorded =
        Files.readString(FOLDER.resolve("model/training-data.txt")).strip().split("\\s+", -1);
    generate(data, recorded[1], recorded[2]);

    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    JsonMapper json = JsonMapper.shared();
    int lines = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new java.io.InputStreamReader(
                new DigestInputStream(Files.newInputStream(data), digest),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines++;
        String inquiry = json.readTree(line).path("messages").path(0).path("content").asString();
        assertThat(holdout).as(inquiry).doesNotContain(normalised(inquiry));
      }
    }
    assertThat(lines).isEqualTo(Integer.parseInt(recorded[2]));
    assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(recorded[0]);
  }

  private static void generate(Path data, String seed, String count) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-Xmx512m",
                FOLDER.resolve("generator/Generate.java").toString(),
                "--seed",
                seed,
                "--count",
                count,
                "--out",
                data.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
