package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteFileTest {
  @TempDir Path folder;
  private Path file;
  private final RouteModel model = TiersTest.model(ClassifierTest.noisy(3), 0.7);

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("route.json");
    RouteFile.write(file, model);
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    RouteModel read = RouteFile.read(file);
    assertThat(RouteFile.text(read)).isEqualTo(Files.readString(file));
    assertThat(read.curve()).isEqualTo(model.curve());
    assertThat(read.training()).isEqualTo(model.training());
    assertThat(read.prices()).isEqualTo(model.prices());
    String text = "How far is the moon?";
    assertThat(read.classifier().probability(text)).isEqualTo(model.classifier().probability(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"threshold\":0.7', '\"threshold\":0.1', digest",
    "'\"slope\":0.5', '\"slope\":-0.5', calibration",
    "'\"slope\":0.5', '\"slope\":0.75', digest",
    "'\"version\":1', '\"version\":2', another version",
    "kedge-route, other-route, format",
    "'\"small\":\"s\"', '\"small\":null', small",
    "'\"small\":\"s\"', '\"shape\":\"s\"', small",
    "'\"weights\":\"', '\"weights\":\"AAAA', digest"
  })
  void aChangedFileIsRefusedWithTheReason(String from, String to, String reason)
      throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    assertThatThrownBy(() -> RouteFile.read(file))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"weights\":\"', '\"weights\":\"AAAA', bytes of weights",
    "'\"weights\":\"', '\"weights\":\"(', base64",
    "'\"weights\":\"[^\"]{4}', '\"weights\":\"////', a weight is no number",
    "'\"threshold\":0.7', '\"threshold\":7.0', threshold",
    "'\"relativeLow\":0.95', '\"relativeLow\":-1.0', relativeLow",
    "'\"largeShare\":0.5', '\"largeShare\":1.5', not from 0 to 1"
  })
  void whatMakesNoSenseIsRefusedEvenUnderARightDigest(String from, String to, String reason)
      throws IOException {
    String text = Files.readString(file).strip();
    String changed = text.replaceFirst(from, to).replaceFirst("\"digest\":\"\\w*", "\"digest\":\"");
    assertThat(changed).isNotEqualTo(text);
    String digest = Sha256.of(changed.getBytes(StandardCharsets.UTF_8));
    Files.writeString(file, changed.replace("\"digest\":\"", "\"digest\":\"" + digest));
    assertThatThrownBy(() -> RouteFile.read(file))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void brokenBytesGiveAnErrorOrTheSameModelNeverAnythingElse() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(11);
    for (int n = 0; n < 60; n++) {
      byte[] bytes = whole.clone();
      int length = n % 3 == 0 ? random.nextInt(bytes.length) : bytes.length;
      // Half of the changes hit the head, where the structure is.
      int at = n % 2 == 0 ? random.nextInt(1500) : random.nextInt(bytes.length);
      bytes[at] = (byte) random.nextInt(256);
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      try {
        RouteModel read = RouteFile.read(file);
        assertThat(RouteFile.text(read).getBytes(StandardCharsets.UTF_8)).isEqualTo(whole);
      } catch (KedgeException e) {
        assertThat(e.failure().code()).isEqualTo("bad_classifier");
      }
    }
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Files.write(file, new byte[5 << 20]);
    assertThatThrownBy(() -> RouteFile.read(file)).hasMessageContaining("larger than 4 MiB");
  }
}
