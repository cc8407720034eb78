package dev.kedge.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import dev.kedge.store.Store;
import dev.kedge.store.StoreContract;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Labelling by several people, on both databases. */
class LabellingTest extends StoreContract {
  private static final String P = "returns";
  private static final JsonNode YES = StringNode.valueOf("yes");
  private static final JsonNode NO = StringNode.valueOf("no");

  private Instant now = Instant.parse("2026-11-23T08:00:00Z");
  private Labelling labelling;

  @BeforeEach
  void begin() {
    labelling = new Labelling(store, () -> now);
  }

  private void project(int items, int perItem) {
    labelling.create(
        new LabelProject(
            P, new Form.Choice(List.of("yes", "no")), "", "returns@1", perItem, now, "carla"),
        IntStream.rangeClosed(1, items)
            .mapToObj(i ->
                new LabelItem("e" + i, "May I send " + i + " back?", Optional.of(NO), List.of("a")))
            .toList());
  }

  private String next(String person) {
    return switch (labelling.next(P, person)) {
      case Assignment.Work work -> work.item().id();
      case Assignment.Waiting _ -> "waiting";
      case Assignment.Done _ -> "done";
    };
  }

  @Test
  void everyItemGoesToAsManyPeopleAsItNeedsAndNoMore() {
    project(2, 2);
    assertThat(next("ann")).isEqualTo("e1");
    assertThat(next("bob")).isEqualTo("e1");
    assertThat(next("cid")).isEqualTo("e2");
    labelling.answer(P, "e1", "ann", YES);
    assertThat(next("ann")).isEqualTo("e2");
    assertThat(next("dan")).isEqualTo("waiting");
    assertThat(labelling.answer(P, "e1", "bob", YES)).isEqualTo(ItemStatus.AGREED);
    assertThat(next("bob")).isEqualTo("waiting");
    assertThat(labelling.answer(P, "e2", "ann", YES)).isEqualTo(ItemStatus.OPEN);
    assertThat(labelling.answer(P, "e2", "cid", NO)).isEqualTo(ItemStatus.DISPUTED);
    assertThat(next("bob")).isEqualTo("done");
  }

  @Test
  void anItemComesBackToItsPersonAndAfterItsLeaseGoesToOthers() {
    project(1, 1);
    assertThat(next("ann")).isEqualTo("e1");
    now = now.plus(Duration.ofMinutes(29));
    assertThat(next("ann")).isEqualTo("e1");
    assertThat(next("bob")).isEqualTo("waiting");
    now = now.plus(Duration.ofMinutes(31));
    assertThat(next("bob")).isEqualTo("e1");
    // The late answer is not lost; both stand.
    labelling.answer(P, "e1", "ann", YES);
    labelling.answer(P, "e1", "bob", NO);
    assertThat(labelling.dispute(P, "e1", "eve").labels()).hasSize(2);
    assertThat(labelling.progress(P).count(ItemStatus.DISPUTED)).isEqualTo(1);
  }

  @Test
  void othersLabelsSuggestionAndCommentsAreHiddenUntilTheOwnAnswerStands() {
    project(1, 2);
    next("ann");
    next("bob");
    labelling.comment(P, "e1", "ann", "the guide is silent on opened boxes");
    labelling.answer(P, "e1", "ann", YES);
    assertThatThrownBy(() -> labelling.reveal(P, "e1", "bob"))
        .isInstanceOfSatisfying(
            KedgeException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.Forbidden.class));
    assertThat(labelling.view(P, "e1", "bob").own()).isEmpty();
    labelling.answer(P, "e1", "bob", NO);
    Answers shown = labelling.reveal(P, "e1", "bob");
    assertThat(shown.suggestion()).contains(NO);
    assertThat(shown.comments()).hasSize(1);
    assertThat(shown.labels()).extracting(Answers.Label::person).containsExactly("ann", "bob");
  }

  @Test
  void whatIsChangedAfterTheRevealCountsForTheDatasetButNotForAgreement() {
    project(1, 2);
    labelling.answer(P, "e1", "bob", YES);
    labelling.answer(P, "e1", "bob", NO);
    labelling.answer(P, "e1", "ann", YES);
    labelling.reveal(P, "e1", "bob");
    assertThat(labelling.answer(P, "e1", "bob", YES)).isEqualTo(ItemStatus.AGREED);
    assertThat(labelling.blind(P).units().getFirst().labels())
        .containsEntry("ann", "yes")
        .containsEntry("bob", "no");
    assertThat(labelling.history(P, Optional.of("e1")))
        .extracting(LabelEvent::kind)
        .containsExactly(
            LabelEvent.Kind.ANSWERED,
            LabelEvent.Kind.ANSWERED,
            LabelEvent.Kind.ANSWERED,
            LabelEvent.Kind.REVEALED,
            LabelEvent.Kind.REVISED);
  }

  /** With two classes, "disputed" says what the other one answered. */
  @Test
  void whoeverIsToldThatOthersDifferNoLongerAnswersBlind() {
    project(1, 2);
    labelling.answer(P, "e1", "ann", YES);
    assertThat(labelling.answer(P, "e1", "bob", NO)).isEqualTo(ItemStatus.DISPUTED);
    assertThat(labelling.answer(P, "e1", "bob", YES)).isEqualTo(ItemStatus.AGREED);
    assertThat(labelling.blind(P).units().getFirst().labels()).containsEntry("bob", "no");
  }

  @Test
  void jsonLabelsAreComparedFieldByFieldToo() {
    labelling.create(
        new LabelProject(P, new Form.Structured(""), "", "", 2, now, "carla"),
        List.of(new LabelItem("e1", "x", Optional.empty(), List.of())));
    labelling.answer(P, "e1", "ann", JsonText.STRICT.readTree("{\"a\":1.0,\"b\":2}"));
    labelling.answer(P, "e1", "bob", JsonText.STRICT.readTree("{\"b\":3,\"a\":1}"));
    var fields = labelling.blindByField(P);
    assertThat(fields.keySet()).containsExactly("a", "b");
    assertThat(
            fields.values().stream()
                .map(one -> Set.copyOf(one.units().getFirst().labels().values()).size()))
        .containsExactly(1, 2);
  }

  @Test
  void fieldsInsideOfListsAndObjectsAreComparedByTheirPath() {
    labelling.create(
        new LabelProject(P, new Form.Structured(""), "", "", 2, now, "carla"),
        List.of(new LabelItem("e1", "x", Optional.empty(), List.of())));
    String same = "{\"lines\":[{\"name\":\"a\",\"at\":{\"from\":1}},{\"name\":\"b\"}]}";
    labelling.answer(P, "e1", "ann", JsonText.STRICT.readTree(same));
    labelling.answer(P, "e1", "bob", JsonText.STRICT.readTree(same.replace("\"b\"", "\"c\"")));
    var fields = labelling.blindByField(P);
    assertThat(fields.keySet()).containsExactly("lines.at.from", "lines.name");
    assertThat(fields)
        .hasEntrySatisfying(
            "lines.name",
            names ->
                assertThat(names.units().getFirst().labels())
                    .containsEntry("ann", "[\"a\",\"b\"]")
                    .containsEntry("bob", "[\"a\",\"c\"]"));
  }

  @Test
  void aSkipNeedsAReasonAndLeavesTheDecisionToSomebodyElse() {
    project(2, 2);
    assertThatThrownBy(() -> labelling.skip(P, "e1", "ann", " "))
        .isInstanceOf(KedgeException.class);
    labelling.skip(P, "e1", "ann", "cut off");
    assertThat(labelling.skip(P, "e1", "bob", "cut off")).isEqualTo(ItemStatus.SKIPPED);
    labelling.skip(P, "e2", "ann", "two questions");
    assertThat(labelling.answer(P, "e2", "bob", YES)).isEqualTo(ItemStatus.DISPUTED);
    assertThat(labelling.progress(P).toDecide()).isEqualTo(2);
    labelling.decide(P, "e1", "eve", Optional.empty(), "not a question");
    labelling.decide(P, "e2", "eve", Optional.of(NO), "guide, section 2");
    assertThat(labelling.finished(P)).containsExactly(new Finished("e2", NO, List.of("eve"), true));
    assertThat(labelling.progress(P).finished()).isEqualTo(2);
  }

  @Test
  void whoSawTheLabelsToDecideIsNotAskedToLabel() {
    project(2, 2);
    labelling.dispute(P, "e1", "eve");
    assertThat(next("eve")).isEqualTo("e2");
  }

  @Test
  void aLabelThatDoesNotFitItsFormIsRefusedWithTheReason() {
    project(1, 2);
    assertThatThrownBy(() -> labelling.answer(P, "e1", "ann", StringNode.valueOf("perhaps")))
        .hasMessageContaining("expected one of the classes: yes, no");
    assertThatThrownBy(() -> labelling.answer(P, "e9", "ann", YES))
        .hasMessageContaining("no item 'e9'");
    assertThatThrownBy(() -> labelling.next("nothing", "ann"))
        .hasMessageContaining("no labelling project 'nothing'");
  }

  @Test
  void sheetsAndFormsOfAnyKindAreTakenOrRefusedButNeverBreak() {
    project(2, 2);
    LabelSheets sheets = new LabelSheets(labelling);
    List<String> lines =
        List.of(
            "{\"id\":{},\"label\":[]}",
            "{\"id\":\"e1\",\"label\":\"yes\",\"comment\":[1]}",
            "{\"id\":\"e2\",\"skip\":{\"a\":1}}",
            "{\"id\":\"e2\",\"decision\":\"yes\",\"drop\":\"x\",\"reason\":[]}",
            "[]",
            "{");
    LabelSheets.Taken taken = sheets.take(P, "ann", lines);
    assertThat(taken.labels()).isEqualTo(1);
    assertThat(taken.refused()).hasSizeGreaterThanOrEqualTo(4);
    for (String form :
        List.of(
            "{}",
            "[]",
            "{\"type\":{}}",
            "{\"type\":\"class\",\"classes\":[{},1]}",
            "{\"type\":\"json\",\"schema\":[1]}",
            "{\"type\":\"json\",\"schema\":\"x\"}")) {
      assertThatThrownBy(() -> Form.of(JsonText.STRICT.readTree(form)))
          .as(form)
          .isInstanceOf(KedgeException.class);
    }
  }

  @Test
  void historyTellsWhoDidWhatWhenAndHowLongItTook() {
    project(1, 2);
    next("ann");
    now = now.plusSeconds(7);
    labelling.answer(P, "e1", "ann", YES);
    labelling.answer(P, "e1", "ann", YES);
    List<LabelEvent> events = labelling.history(P, Optional.empty());
    assertThat(events)
        .extracting(LabelEvent::kind)
        .containsExactly(LabelEvent.Kind.LEASED, LabelEvent.Kind.ANSWERED);
    assertThat(events.getLast().took()).contains(Duration.ofSeconds(7));
    assertThat(events.getLast().at()).isEqualTo(now);
    Progress.Person ann = labelling.progress(P).people().getFirst();
    assertThat(ann)
        .isEqualTo(new Progress.Person("ann", 1, 0, 0, Optional.of(Duration.ofSeconds(7))));
  }

  @Test
  void manyPeopleAtOnceGiveEveryItemExactlyItsLabels() throws Exception {
    project(30, 2);
    List<String> people = List.of("ann", "bob", "cid", "dan", "eve");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      for (String person : people) all.add(threads.submit(() -> labelAll(person)));
      int answers = 0;
      for (Future<Integer> one : all) answers += one.get();
      assertThat(answers).isEqualTo(60);
    }
    assertThat(labelling.progress(P).count(ItemStatus.AGREED)).isEqualTo(30);
    for (BlindLabels.Unit unit : labelling.blind(P).units()) assertThat(unit.labels()).hasSize(2);
  }

  private int labelAll(String person) throws InterruptedException {
    Set<String> done = new HashSet<>();
    while (true) {
      switch (labelling.next(P, person)) {
        case Assignment.Work work -> {
          assertThat(done.add(work.item().id())).isTrue();
          labelling.answer(P, work.item().id(), person, YES);
        }
        case Assignment.Waiting _ -> Thread.sleep(1);
        case Assignment.Done _ -> {
          return done.size();
        }
      }
    }
  }

  @Test
  void aProjectAndItsWorkAreThereAfterTheStoreIsOpenedAgain() {
    project(2, 2);
    next("ann");
    labelling.answer(P, "e1", "ann", YES);
    try (Store again = Store.open(url)) {
      Labelling other = new Labelling(again, () -> now);
      assertThat(other.projects()).containsExactly(labelling.project(P));
      assertThat(other.project(P).form()).isEqualTo(new Form.Choice(List.of("yes", "no")));
      assertThat(other.view(P, "e1", "ann").own()).contains(YES);
    }
    assertThatThrownBy(() -> project(1, 2)).hasMessageContaining("already");
  }
}
