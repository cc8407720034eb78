package dev.kedge.eval.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Masking on texts with labelled personal data: how much is found, and how much wrongly. */
class MeasuredMaskingTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("kedge.shared", "../../shared"), "data", "pii");

  /** What was labelled, found, and both. */
  private static final class Count {
    int labelled;
    int found;
    int labelledAndFound;
    int foundAndLabelled;
    final List<String> missed = new ArrayList<>();
    final List<String> wrong = new ArrayList<>();

    double recall() {
      return labelled == 0 ? 1 : (double) labelledAndFound / labelled;
    }

    double precision() {
      return found == 0 ? 1 : (double) foundAndLabelled / found;
    }
  }

  private static Optional<PersonalKind> kind(String label) {
    return switch (label) {
      case "EMAIL_ADDRESS" -> Optional.of(PersonalKind.EMAIL);
      case "IBAN_CODE" -> Optional.of(PersonalKind.IBAN);
      case "CREDIT_CARD" -> Optional.of(PersonalKind.CARD);
      case "IP_ADDRESS" -> Optional.of(PersonalKind.IP);
      case "US_SSN", "US_DRIVER_LICENSE" -> Optional.of(PersonalKind.NATIONAL_ID);
      case "PHONE_NUMBER" -> Optional.of(PersonalKind.PHONE);
      case "PERSON" -> Optional.of(PersonalKind.NAME);
      default -> Optional.empty();
    };
  }

  private static Map<PersonalKind, Count> measure(String file) throws IOException {
    Path path = FOLDER.resolve(file);
    boolean there = Files.exists(path);
    if (!there) System.out.println("skipped: no labelled texts at " + path);
    Assumptions.assumeTrue(there, "no labelled texts at " + path);
    Map<PersonalKind, Count> counts = new EnumMap<>(PersonalKind.class);
    for (PersonalKind kind : PersonalKind.values()) counts.put(kind, new Count());
    for (JsonNode each : new JsonMapper().readTree(Files.readString(path))) {
      String text = each.path("full_text").asString();
      List<PersonalSpan> found = PersonalSpans.find(text);
      List<PersonalSpan> all = new ArrayList<>();
      for (JsonNode span : each.path("spans")) {
        int begin = span.path("start_position").intValue();
        int end = span.path("end_position").intValue();
        // Any labelled personal data: a phone number masked as a card is masked all the same.
        all.add(new PersonalSpan(PersonalKind.NAME, begin, end));
        kind(span.path("entity_type").asString())
            .ifPresent(kind -> {
              Count count = Objects.requireNonNull(counts.get(kind));
              count.labelled++;
              boolean covered =
                  found.stream().anyMatch(one -> one.begin() <= begin && one.end() >= end);
              if (covered) count.labelledAndFound++;
              else count.missed.add(text.substring(begin, end));
            });
      }
      for (PersonalSpan one : found) {
        Count count = Objects.requireNonNull(counts.get(one.kind()));
        count.found++;
        if (all.stream().anyMatch(one::overlaps)) count.foundAndLabelled++;
        else count.wrong.add(text.substring(one.begin(), one.end()));
      }
    }
    print(file, counts);
    return counts;
  }

  private static void print(String file, Map<PersonalKind, Count> counts) {
    System.out.println(file + ": masking by kind");
    counts.forEach((kind, count) ->
        System.out.println(
            String.format(
                Locale.ROOT,
                "  %-12s recall %5.1f %% (%d of %d)  precision %5.1f %% (%d of %d)",
                kind,
                100 * count.recall(),
                count.labelledAndFound,
                count.labelled,
                100 * count.precision(),
                count.foundAndLabelled,
                count.found)));
    if (Boolean.getBoolean("kedge.details")) {
      counts.forEach((kind, count) -> {
        System.out.println(kind + " missed " + count.missed.stream().limit(40).toList());
        System.out.println(kind + " wrong " + count.wrong.stream().limit(40).toList());
      });
    }
  }

  @Test
  void aboutHalfOfTheNamesAreFoundAndHardlyAnythingElse() throws IOException {
    Count names = Objects.requireNonNull(measure("generated_small.json").get(PersonalKind.NAME));
    assertThat(names.recall()).isGreaterThan(0.35);
    assertThat(names.precision()).isGreaterThan(0.95);
  }

  @Test
  void whatHasAFormIsFoundAndLittleElse() throws IOException {
    Map<PersonalKind, Count> counts = measure("generated_large.json");
    for (PersonalKind sure :
        List.of(
            PersonalKind.EMAIL,
            PersonalKind.IBAN,
            PersonalKind.CARD,
            PersonalKind.IP,
            PersonalKind.NATIONAL_ID,
            PersonalKind.PHONE)) {
      Count count = Objects.requireNonNull(counts.get(sure));
      assertThat(count.recall()).as(sure + " recall").isGreaterThan(0.95);
      assertThat(count.precision()).as(sure + " precision").isGreaterThan(0.95);
    }
  }
}
