package dev.kedge.eval.holdout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.Masker;
import dev.kedge.eval.mask.MaskingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From lines to a holdout. */
class HoldoutBuildTest {
  private static final String[] WORDS =
      ("order parcel invoice refund return broken late address password colour size price stock"
              + " voucher delivery courier label garden lamp table chair kettle boots jacket")
          .split(" ");

  @TempDir Path folder;
  private Masker masker;

  @BeforeEach
  void open() throws IOException {
    masker = new Masker(MaskingKey.open(folder, new SecureRandom()));
  }

  private Path file(String name, List<String> inputs, String tag) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String input : inputs) {
      lines.add(Entry.of("x", input).line().replace("\"id\":\"x\"", "\"tags\":[\"" + tag + "\"]"));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static List<String> sentences(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Set<String> all = new java.util.LinkedHashSet<>();
    while (all.size() < count) {
      StringBuilder text = new StringBuilder();
      int words = 8 + random.nextInt(10);
      for (int i = 0; i < words; i++) {
        text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
      }
      all.add(text + " " + random.nextInt(1_000_000));
    }
    return List.copyOf(all);
  }

  private Holdout build(HoldoutPlan plan) throws IOException {
    return new HoldoutBuild(plan, masker, folder.resolve("tmp"), Optional.empty(), (_, _) -> {})
        .run();
  }

  private static long dropped(Holdout holdout, String step) {
    return holdout.report().steps().stream()
        .filter(one -> one.name().equals(step))
        .flatMap(one -> one.reasons().stream())
        .mapToLong(HoldoutReport.Reason::count)
        .sum();
  }

  @Test
  void repeatsGoAndEachSaysWhatItRepeats() throws IOException {
    Path file =
        file(
            "calls.jsonl",
            List.of(
                "Where is my parcel, please? I have been waiting for nine days now.",
                "where is my parcel please -- i have been waiting for nine days now",
                "Where is my parcel, please? I have been waiting for nine days now!!",
                "Where is my parcel, please? I have been waiting for nine days now, ok?",
                "My kettle is broken."),
            "t");
    Holdout holdout = build(HoldoutPlan.of(List.of(file), 10, 1));
    assertThat(holdout.entries()).hasSize(2);
    assertThat(dropped(holdout, "repeats")).isEqualTo(2);
    assertThat(dropped(holdout, "near-duplicates")).isEqualTo(1);
    assertThat(holdout.report().text())
        .contains("calls.jsonl:2")
        .contains("<- calls.jsonl:1")
        .contains("nearly the same as an earlier one");
  }

  @Test
  void nearDuplicatesAreFoundAndDifferentTextsNeverDropped() throws IOException {
    List<String> originals = sentences(600, 3);
    List<String> all = new ArrayList<>(originals);
    for (int i = 0; i < 200; i++) all.add(originals.get(i) + " x" + (i % 10));
    Holdout holdout = build(HoldoutPlan.of(List.of(file("a.jsonl", all, "t")), 1000, 1));
    // One more word changes less than a tenth of the runs of such texts.
    assertThat(dropped(holdout, "near-duplicates")).isBetween(196L, 200L);
    assertThat(holdout.entries()).extracting(Entry::input).containsAll(originals);
  }

  @Test
  void rareKindsAreInAndWeightsAddUpToThePopulation() throws IOException {
    Path common = file("common.jsonl", sentences(3_000, 1), "common");
    Path rare =
        file(
            "rare.jsonl",
            Stream.of("fire", "flood", "theft", "fraud")
                .map(w -> w + " in the storehouse " + w)
                .toList(),
            "rare");
    Holdout holdout = build(HoldoutPlan.of(List.of(common, rare), 100, 5));
    assertThat(holdout.entries()).hasSize(100);
    List<Entry> drawn = holdout.entries().stream().filter(e -> e.tags().contains("rare")).toList();
    assertThat(drawn).isNotEmpty();
    double weights = holdout.entries().stream().mapToDouble(Entry::weight).sum();
    assertThat(weights).isCloseTo(3_004, within(300.0));
    double rareWeight = drawn.stream().mapToDouble(Entry::weight).sum();
    assertThat(rareWeight).isLessThan(20);
  }

  @Test
  void everyLengthAndTimeIsIn() throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> texts = sentences(1_000, 9);
    for (int i = 0; i < texts.size(); i++) {
      String text = i % 50 == 0 ? texts.get(i).repeat(6) : texts.get(i);
      String time = "2026-%02d-01T00:00:00Z".formatted(1 + i % 12);
      lines.add("{\"input\":\"" + text + "\",\"time\":\"" + time + "\"}");
    }
    Path file = Files.write(folder.resolve("a.jsonl"), lines);
    Holdout holdout = build(HoldoutPlan.of(List.of(file), 60, 2));
    for (HoldoutReport.Part part : holdout.report().spread()) {
      if (part.by().equals("cluster")) continue;
      assertThat(part.sample()).as(part.toString()).isPositive();
    }
  }

  @Test
  void whatStandsInTrainingDataIsReplaced() throws IOException {
    List<String> texts = sentences(400, 4);
    Path calls = file("calls.jsonl", texts, "t");
    List<String> training = new ArrayList<>();
    for (int i = 0; i < 100; i++) training.add(texts.get(i));
    for (int i = 100; i < 200; i++)
      training.add(texts.get(i).toUpperCase(java.util.Locale.ROOT) + "!");
    for (int i = 200; i < 300; i++)
      training.add("first of all, " + texts.get(i) + " and so much more");
    Path trained = file("train.jsonl", training, "t");
    Holdout holdout = build(HoldoutPlan.of(List.of(calls), 60, 1).against(List.of(trained)));
    assertThat(dropped(holdout, "training data")).isEqualTo(200);
    assertThat(dropped(holdout, "leakage")).isPositive();
    assertThat(holdout.entries()).hasSize(60);
    assertThat(new HashSet<>(texts.subList(300, 400)))
        .containsAll(holdout.entries().stream().map(Entry::input).toList());
    assertThat(holdout.report().text()).contains("train.jsonl:2");
  }

  @Test
  void theRestHoldsNothingOfTheHoldout() throws IOException {
    List<String> texts = new ArrayList<>(sentences(300, 11));
    for (int i = 0; i < 100; i++) texts.add(texts.get(i) + " " + sentences(1, 100 + i).getFirst());
    Path rest = folder.resolve("rest.jsonl");
    HoldoutPlan plan = HoldoutPlan.of(List.of(file("a.jsonl", texts, "t")), 60, 1);
    Holdout holdout =
        new HoldoutBuild(plan, masker, folder.resolve("tmp"), Optional.of(rest), (_, _) -> {})
            .run();
    List<String> left = new ArrayList<>();
    for (String line : Files.readAllLines(rest)) left.add(Entry.parse(line, "rest").input());
    long overlapping = dropped(holdout, "rest, to train on");
    assertThat(overlapping).isPositive();
    assertThat(left).hasSize((int) (400 - 60 - overlapping));
    for (Entry entry : holdout.entries()) {
      assertThat(left).noneMatch(text -> text.contains(entry.input()));
    }
  }

  @Test
  void personalDataIsMaskedInTheHoldoutAndInTheReport() throws IOException {
    List<String> texts = new ArrayList<>(sentences(50, 6));
    texts.replaceAll(text -> text + " write to jo" + text.length() + "@example.org");
    texts.add(texts.getFirst().replace("@example.org", "x@example.org"));
    Holdout holdout = build(HoldoutPlan.of(List.of(file("a.jsonl", texts, "t")), 40, 1));
    for (Entry entry : holdout.entries()) {
      assertThat(entry.input()).contains("[EMAIL_").doesNotContain("@");
      assertThat(texts).contains(Masker.unmask(entry.input(), holdout.values()));
    }
    assertThat(holdout.report().text()).doesNotContain("@");
    // The same but for the address: one of the two is enough.
    assertThat(dropped(holdout, "repeats")).isPositive();
  }

  @Test
  void theSameSeedGivesTheSameHoldoutAndAnotherSeedAnother() throws IOException {
    Path file = file("a.jsonl", sentences(500, 8), "t");
    Holdout first = build(HoldoutPlan.of(List.of(file), 50, 1));
    assertThat(build(HoldoutPlan.of(List.of(file), 50, 1))).isEqualTo(first);
    assertThat(build(HoldoutPlan.of(List.of(file), 50, 2)).entries()).isNotEqualTo(first.entries());
  }

  @Test
  void whereNothingIsLeftTheReasonsAreTold() throws IOException {
    Path file = Files.write(folder.resolve("a.jsonl"), List.of("{", "{\"input\":\"\"}"));
    assertThatThrownBy(() -> build(HoldoutPlan.of(List.of(file), 5, 1)))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("1 × not a JSON object");
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }
}
