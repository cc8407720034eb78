package dev.kedge.eval.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.eval.Rate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Masking on texts with labelled personal data. Rules were made on templates whose number does not
 * leave 3 by 4; the others say what they are worth.
 */
class MeasuredMaskingTest {
  private static Path shared(String name) {
    Path path = Path.of(System.getProperty("kedge.shared", "../../shared"), "data").resolve(name);
    boolean there = Files.exists(path);
    if (!there) System.out.println("skipped: no " + path);
    Assumptions.assumeTrue(there, "no " + path);
    return path;
  }

  private static Rate label(MaskingCheck.Found found, String name) {
    return Objects.requireNonNull(found.labels().get(name), name).found();
  }

  @Test
  void onTemplatesThatNoRuleWasMadeOnMostIsFoundAndLittleElse() throws IOException {
    MaskingCheck.Found heldOut = MaskingCheck.read(shared("pii/generated_large.json")).part(true);
    for (String sure : List.of("EMAIL_ADDRESS", "PHONE_NUMBER")) {
      assertThat(label(heldOut, sure).value()).as(sure).isGreaterThan(0.95);
    }
    assertThat(label(heldOut, "PERSON").value()).isGreaterThan(0.82);
    assertThat(label(heldOut, "ADDRESS").value()).isGreaterThan(0.85);
    heldOut
        .masked()
        .forEach((kind, masked) ->
            assertThat(masked.right().value())
                .as(kind + ": " + masked.wrong())
                .isGreaterThan(0.99));
  }

  /* Customers' questions that hold no personal data: hardly anything may be masked. */
  @Test
  void questionsWithoutPersonalDataStayAsTheyAre() throws IOException {
    List<String> questions = Files.readAllLines(shared("eval/banking77/test.csv"));
    List<String> touched =
        questions.stream().filter(line -> !PersonalSpans.find(line).isEmpty()).toList();
    assertThat(touched).as(touched.toString()).hasSizeLessThanOrEqualTo(3);
  }
}
