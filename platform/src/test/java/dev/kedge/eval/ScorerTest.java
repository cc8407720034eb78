package dev.kedge.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScorerTest {
  @TempDir Path folder;

  private static CaseResult score(Scorer scorer, String expected, String answered) {
    Example example = new Example("1", "question", JsonText.STRICT.readTree(expected), List.of());
    return scorer.score(example, new Answer(answered, "stop", 3, 5, Duration.ofMillis(7), ""));
  }

  @Test
  void keyOrderAndTheSpellingOfNumbersDoNotMatter() {
    assertThat(
            score(Scorer.json(), "{\"a\":49.90,\"b\":[1,0]}", " {\"b\":[1.0,0.00],\"a\":4.99e1} ")
                .exact())
        .isTrue();
    assertThat(score(Scorer.json(), "[1,2]", "[2,1]").exact()).isFalse();
    assertThat(score(Scorer.json(), "{\"a\":\"1\"}", "{\"a\":1}").exact()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"a\":1} trailing",
        "```json\n{\"a\":1}\n```",
        "{\"a\":1,\"a\":1}",
        "{'a':1}",
        "{\"a\":01}"
      })
  void whatIsNotOneStrictJsonValueIsNotJson(String answer) {
    CaseResult result = score(Scorer.json(), "{\"a\":1}", answer);
    assertThat(result.json()).isFalse();
    assertThat(result.exact()).isFalse();
    assertThat(result.fields()).containsEntry("a", new FieldCount(0, 0, 1));
  }

  @Test
  void hostileAnswersAreJudgedInBoundedTimeAndMemory() {
    assertThat(score(Scorer.json(), "{\"a\":1}", "[".repeat(100_000)).json()).isFalse();
    assertThat(score(Scorer.json(), "{\"a\":1}", "{\"a\":1e999999999}").exact()).isFalse();
  }

  @Test
  void fieldsCountWhereTheyStand() {
    CaseResult result =
        score(
            Scorer.json(),
            "{\"q\":[{\"f\":\"x\",\"n\":1},{\"f\":\"y\"}]}",
            "{\"q\":[{\"f\":\"x\",\"n\":2},{\"g\":\"y\"}]}");
    assertThat(result.fields())
        .containsEntry("q.f", new FieldCount(1, 1, 2))
        .containsEntry("q.n", new FieldCount(0, 1, 1))
        .containsEntry("q.g", new FieldCount(0, 1, 0));
    assertThat(new FieldCount(1, 1, 2).f1()).isEqualTo(2.0 / 3);
  }

  @Test
  void theSchemaIsCheckedAndTheProblemNamesThePlace() throws IOException {
    Path schema =
        Files.writeString(
            folder.resolve("s.json"),
            "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}");
    Scorer scorer = Scorer.json(schema);
    assertThat(score(scorer, "{\"a\":1}", "{\"a\":2}").schema()).isTrue();
    CaseResult broken = score(scorer, "{\"a\":1}", "{\"a\":\"2\"}");
    assertThat(broken.json()).isTrue();
    assertThat(broken.schema()).isFalse();
    assertThat(broken.problem()).contains("a");
    Dataset wrong =
        new Dataset(
            "d", "0", List.of(new Example("x7", "?", JsonText.STRICT.readTree("{}"), List.of())));
    assertThatThrownBy(() -> scorer.checkLabels(wrong))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("x7");
  }

  @Test
  void aFailedCallIsAWrongAnswer() {
    Example example = new Example("1", "q", JsonText.STRICT.readTree("\"yes\""), List.of());
    CaseResult result = Scorer.text().score(example, Answer.failed("timeout: late", Duration.ZERO));
    assertThat(result.exact()).isFalse();
    assertThat(result.problem()).isEqualTo("timeout: late");
  }
}
