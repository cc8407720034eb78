package dev.kedge.usage.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is taken out of texts, and what is not. */
class PersonalDataTest {
  private final Redactor redactor = new PersonalData();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to anna.k+x@mail.example.co.uk, please|write to [EMAIL], please",
        "jürgen@müller.example|[EMAIL]",
        "card 4111 1111 1111 1111 until 12/26|card [CARD] until 12/26",
        "card 4111-1111-1111-1111.|card [CARD].",
        "5500005555555559|[CARD]",
        "IBAN DE89 3704 0044 0532 0130 00 please transfer|IBAN [IBAN] please transfer",
        "gb82west12345698765432|[IBAN]",
        "call +49 (0)30 1234567 now|call [PHONE] now",
        "call (978)645-9740|call [PHONE]",
        "call 089 72 63 41 22|call [PHONE]",
      })
  void whatCanBeToldByItsFormGoes(String text, String expected) {
    assertThat(redactor.redact(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders since 2026-11-22 and before 1.12.2026",
        "it was 2026-11-22 14:05 when",
        "card 4111 1111 1111 1112 has a wrong check digit",
        "DE88 3704 0044 0532 0130 00 has a wrong checksum",
        "total 12345678.90 dollars",
        "host 192.168.100.201",
        "order 12345678",
        "version 1.2.3, pages 10-12, 3 of 4",
        "{\"n\": 1234567890, \"s\": \"a@b\"}",
        "twelve @ noon",
        "",
      })
  void whatOnlyResemblesItStays(String text) {
    assertThat(redactor.redact(text)).isEqualTo(text);
  }

  @Test
  void longHostileTextsTakeTimeInProportion() {
    SplittableRandom random = new SplittableRandom(3);
    String[] pieces = {"a", "1", "@", ".", "-", " ", "+", "(", "DE", "4111", "a.a@", "@a.", "é"};
    for (String piece : pieces) {
      assertThat(redactor.redact(piece.repeat(200_000))).isNotEmpty();
    }
    StringBuilder mixed = new StringBuilder();
    while (mixed.length() < 1_000_000) mixed.append(pieces[random.nextInt(pieces.length)]);
    assertThat(redactor.redact(mixed.toString())).isNotEmpty();
  }

  @Test
  void mostOfAPublicSetOfPersonalDataIsFound() throws IOException {
    Path set =
        Path.of(System.getProperty("kedge.shared", "../../shared"))
            .resolve("data/pii/generated_large.json");
    Assumptions.assumeTrue(Files.exists(set), "skipped: " + set + " is not there");
    Map<String, int[]> found = new TreeMap<>();
    for (JsonNode text : new JsonMapper().readTree(Files.readString(set))) {
      String redacted = redactor.redact(text.path("full_text").stringValue());
      for (JsonNode span : text.path("spans")) {
        int[] counts =
            found.computeIfAbsent(span.path("entity_type").stringValue(), _ -> new int[2]);
        counts[1]++;
        if (!redacted.contains(span.path("entity_value").stringValue())) counts[0]++;
      }
    }
    found.forEach((type, n) -> System.out.printf("%s: %d of %d taken out%n", type, n[0], n[1]));
    assertThat(share(found, "EMAIL_ADDRESS")).isGreaterThan(0.99);
    assertThat(share(found, "IBAN_CODE")).isGreaterThan(0.99);
    assertThat(share(found, "CREDIT_CARD")).isGreaterThan(0.99);
    assertThat(share(found, "PHONE_NUMBER")).isGreaterThan(0.8);
  }

  private static double share(Map<String, int[]> found, String type) {
    int[] counts = found.getOrDefault(type, new int[] {0, 1});
    return (double) counts[0] / counts[1];
  }
}
