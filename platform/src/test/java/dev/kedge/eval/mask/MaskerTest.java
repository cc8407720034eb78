package dev.kedge.eval.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Masking, and the way back. */
class MaskerTest {
  @TempDir Path folder;
  private MaskingKey key;
  private Masker masker;
  private final Map<String, String> values = new HashMap<>();

  @BeforeEach
  void open() throws IOException {
    key = MaskingKey.open(folder, new SecureRandom());
    masker = new Masker(key);
  }

  private String kinds(String text) {
    return masker.mask(text, values::put).replaceAll("_[a-z2-7]{10}]", "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mail a.b@example.org or call +49 30 1234567 x12 now|mail [EMAIL] or call [PHONE] now",
        "from 10.0.0.1 and 2001:db8::8a2e:370:7334|from [IP] and [IP]",
        "ssn 531-21-7351, DNI 12345678Z, AHV 756.9217.0769.85|ssn [NATIONAL_ID], DNI [NATIONAL_ID],"
            + " AHV [NATIONAL_ID]",
        "my driver's license is A125325867|my driver's license is [NATIONAL_ID]",
        "card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00|card [CARD], IBAN [IBAN]",
        "Dear Mr. Smith, I spoke to Smith on Monday|Dear Mr. [NAME], I spoke to [NAME] on Monday",
        "Mein Name ist Anna von der Au.|Mein Name ist [NAME].",
        "my name is anna meier|my name is [NAME]",
        "orders of Agnieszka Nowak and Anna|orders of [NAME] and [NAME]",
        "you can reach me at 9885 1152|you can reach me at [PHONE]",
        "Hello Team, please help|Hello Team, please help",
        "I live at 12 Long Acre Road, Leeds LS1 4AP, and work|I live at [ADDRESS], and work",
        "an Kurze Straße 3, 10115 Berlin, bitte|an [ADDRESS], bitte",
        "10 rue Victor Hugo, P.O. Box 101|[ADDRESS]",
        "my address is Hof 3 Nordend for now|my address is [ADDRESS] for now",
        "born on 2/7/1961, delivered on 3/7/2024|born on [BIRTH_DATE], delivered on 3/7/2024",
        "DOB: 4 May 1980. Geburtsdatum: 04.05.1980|DOB: [BIRTH_DATE]. Geburtsdatum: [BIRTH_DATE]",
        "Okonkwo's birthday; Zubaida lives here|[NAME]'s birthday; [NAME] lives here",
        "The founders: Tallow, Brix and Umber|The founders: [NAME], [NAME] and [NAME]",
        "we met with Ferrol and told Anna, Brix and Umber|we met with [NAME] and told [NAME],"
            + " [NAME] and [NAME]",
        "please call jessica back|please call [NAME] back",
      })
  void whatIsPersonalGetsAPlaceholderOfItsKind(String text, String expected) {
    assertThat(kinds(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version 1.2.3 at 12:30:45 in chapter 3.4.5.6.7",
        "call the function at 2026-11-23 and std::vector<int>",
        "The order 43918 of last Tuesday costs 12,345,678.90",
        "I am from Germany? No: I am so tired. This is It.",
        "This is URGENT, I AM WAITING. Hi I'm still here",
        "From Paris to San Francisco in May, with Mark 2 and the Rose Garden",
        "[EMAIL_abcdefghij] is no value of ours",
      })
  void whatOnlyResemblesItStays(String text) {
    assertThat(masker.mask(text, values::put)).isEqualTo(text);
  }

  @Test
  void masksAreTakenBackExactlyInTextsAndInJson() {
    String text =
        "Dear Dr. Ödön Szabó, write to Anna.K@example.org, a@b.example or +1 (978) 645-9740!";
    String masked = masker.mask(text, values::put);
    assertThat(masked).doesNotContain("Szab", "@", "645");
    assertThat(Masker.unmask(masked, values)).isEqualTo(text);
    JsonNode json =
        JsonText.STRICT.readTree("{\"to\":[\"a@b.example\",7,null],\"x\":{\"y\":\"-\"}}");
    JsonNode hidden = masker.mask(json, Map.of(), values::put);
    assertThat(hidden.toString()).doesNotContain("a@b");
    assertThat(Masker.unmask(hidden, values)).isEqualTo(json);
  }

  @Test
  void aNameBehindACueIsMaskedInTheLabelWithoutOne() {
    String input = masker.mask("Where is the order of Mrs. Brandstätter?", values::put);
    JsonNode label = JsonText.STRICT.readTree("{\"customer\":\"Brandstätter\",\"n\":1}");
    String hidden = masker.mask(label, values, values::put).path("customer").asString();
    assertThat(hidden).startsWith("[NAME_");
    assertThat(input).contains(hidden);
  }

  @Test
  void oneValueHasOnePlaceholderWhereverItStandsAndOnlyUnderOneKey() throws IOException {
    String once = masker.mask("a@b.example", values::put);
    assertThat(masker.mask("to a@b.example", values::put)).isEqualTo("to " + once);
    Masker again = new Masker(MaskingKey.open(folder, new SecureRandom()));
    assertThat(again.mask("a@b.example", values::put)).isEqualTo(once);
    Masker other = new Masker(MaskingKey.open(folder.resolve("other"), new SecureRandom()));
    assertThat(other.mask("a@b.example", values::put)).isNotEqualTo(once);
  }

  @Test
  void aVaultOpensOnlyUnalteredForItsDatasetWithItsKey() throws IOException {
    Path file = folder.resolve("vault/x.vault");
    Map<String, String> secret = Map.of("[EMAIL_aaaaaaaaaa]", "a@b.example");
    Vault.write(file, "desk 1", secret, key, new SecureRandom());
    assertThat(Vault.read(file, "desk 1", key)).isEqualTo(secret);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("a@b.example");
    assertThatThrownBy(() -> Vault.read(file, "desk 2", key)).isInstanceOf(KedgeException.class);
    MaskingKey other = MaskingKey.open(folder.resolve("other"), new SecureRandom());
    assertThatThrownBy(() -> Vault.read(file, "desk 1", other)).isInstanceOf(KedgeException.class);
    for (int i = 0; i < bytes.length; i += 7) {
      byte[] altered = bytes.clone();
      altered[i] ^= 1;
      Files.write(file, altered);
      assertThatThrownBy(() -> Vault.read(file, "desk 1", key)).isInstanceOf(KedgeException.class);
    }
  }

  @Test
  void keyAndVaultAreReadableByTheirOwnerOnly() throws IOException {
    Path vault = folder.resolve("vault/x.vault");
    Vault.write(vault, "x", Map.of(), key, new SecureRandom());
    Path keyFile = folder.resolve("keys/masking.key");
    for (Path file : List.of(vault, keyFile)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> MaskingKey.open(folder, new SecureRandom()))
        .hasMessageContaining("chmod 600");
  }

  @Test
  void longHostileTextsTakeTimeInProportion() {
    String[] pieces = {
      "a",
      "1",
      "@",
      ".",
      "-",
      " ",
      ":",
      "Mr. A ",
      "name: ",
      "call ",
      "passport ",
      "12 ",
      "'s ",
      "Dear ",
      "Aa",
      "f::",
      "1.1.",
      "x1",
      "(",
      "\n"
    };
    for (String piece : pieces) {
      assertThat(masker.mask(piece.repeat(50_000 / piece.length()), values::put)).isNotEmpty();
    }
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder mixed = new StringBuilder();
    while (mixed.length() < 50_000) mixed.append(pieces[random.nextInt(pieces.length)]);
    String text = mixed.toString();
    assertThat(Masker.unmask(masker.mask(text, values::put), values)).isEqualTo(text);
  }
}
