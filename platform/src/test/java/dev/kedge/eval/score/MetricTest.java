package dev.kedge.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.FieldCount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What single answers are worth. */
@Timeout(60)
class MetricTest {
  private static EvalCase question(String expected) {
    return EvalCase.of("1", "question", JsonText.STRICT.readTree(expected));
  }

  private static Scores score(Metric metric, EvalCase question, String answer) {
    Scores scores = Scores.empty();
    try {
      metric.score(question, Reply.of(answer), scores);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(metric.measures()).allSatisfy(m -> assertThat(m.definition()).isNotBlank());
    return scores;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "Café Größe!"      | cafe  GRÖSSE         | false
          "Café Größe!"      | `  cafe grösse... `  | false
          "Café"             | cafe                 | true
          "New York, N.Y."   | new york n y         | true
          ["UK","Britain"]   | britain.             | true
          "a"                | b                    | false
          """)
  void normalisedMatchLooksAtWordsAlone(String expected, String answer, boolean right) {
    Scores scores = score(new NormalisedMetric("n"), question(expected), answer);
    assertThat(scores.values()).containsEntry("n", right ? 1.0 : 0.0);
  }

  @Test
  void jsonIsReportedStrictAndUnfencedApart() {
    Metric metric = new JsonMetric("json", Optional.empty(), JsonOptions.EXACT);
    String label = "{\"a\":1,\"b\":[2,3]}";
    assertThat(score(metric, question(label), "{\"b\":[2,3.0],\"a\":1}").values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("json.right", 1.0, "json.strict", 1.0, "json.unfenced", 1.0));
    Scores fenced = score(metric, question(label), "```json\n{\"a\":1,\"b\":[3,2]}\n```");
    assertThat(fenced.values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("json.right", 0.0, "json.strict", 0.0, "json.unfenced", 1.0));
    assertThat(fenced.counts().get("json.fields"))
        .containsEntry("a", new FieldCount(1, 1, 1))
        .containsEntry("b", new FieldCount(0, 2, 2));
    Scores prose = score(metric, question(label), "Here you are: {\"a\":1}");
    assertThat(prose.values()).containsEntry("json.unfenced", 0.0);
    assertThat(prose.counts().get("json.fields")).containsEntry("b", new FieldCount(0, 0, 2));
  }

  @Test
  void listsWithoutOrderArePairedByWhatTheyShare() {
    JsonOptions options = new JsonOptions(Set.of("items"), Map.of(), Map.of());
    Metric metric = new JsonMetric("json", Optional.empty(), options);
    String label =
        "{\"items\":[{\"n\":\"a\",\"q\":1},{\"n\":\"b\",\"q\":2},{\"n\":\"c\",\"q\":3}]}";
    String mixed =
        "{\"items\":[{\"n\":\"c\",\"q\":3},{\"n\":\"a\",\"q\":1},{\"n\":\"b\",\"q\":2}]}";
    assertThat(score(metric, question(label), mixed).values()).containsEntry("json.right", 1.0);
    String wrong = "{\"items\":[{\"n\":\"b\",\"q\":9},{\"n\":\"a\",\"q\":1}]}";
    assertThat(score(metric, question(label), wrong).counts().get("json.fields"))
        .containsEntry("items.n", new FieldCount(2, 2, 3))
        .containsEntry("items.q", new FieldCount(1, 2, 3));
    Metric ordered = new JsonMetric("json", Optional.empty(), JsonOptions.EXACT);
    assertThat(score(ordered, question(label), mixed).values()).containsEntry("json.right", 0.0);
  }

  @Test
  void numbersAndDatesMayDifferAsFarAsTheTaskSays() {
    JsonOptions options =
        new JsonOptions(Set.of(), Map.of("p", 0.01), Map.of("d", Duration.ofDays(1)));
    Metric metric = new JsonMetric("json", Optional.empty(), options);
    EvalCase label = question("{\"p\":9.99,\"d\":\"2026-02-28\",\"x\":1}");
    assertThat(score(metric, label, "{\"p\":10.0,\"d\":\"2026-03-01T00:00:00\",\"x\":1}").values())
        .containsEntry("json.right", 1.0);
    assertThat(score(metric, label, "{\"p\":10.01,\"d\":\"2026-02-28\",\"x\":1}").values())
        .containsEntry("json.right", 0.0);
    assertThat(score(metric, label, "{\"p\":9.99,\"d\":\"2026-03-02\",\"x\":1}").values())
        .containsEntry("json.right", 0.0);
    assertThat(score(metric, label, "{\"p\":9.99,\"d\":\"2026-02-28\",\"x\":1.001}").values())
        .containsEntry("json.right", 0.0);
    assertThat(score(metric, label, "{\"p\":1e999999999,\"d\":\"\",\"x\":1}").values())
        .containsEntry("json.right", 0.0);
  }

  @Test
  void classesAreFoundByNameAndNothingElseCounts() {
    ClassMetric metric = new ClassMetric("class", List.of("card_arrival", "card-linking"));
    EvalCase label = question("\"card_arrival\"");
    assertThat(score(metric, label, " Card arrival. ").classes().get("class"))
        .isEqualTo(new ClassPair("card_arrival", "card_arrival"));
    assertThat(score(metric, label, "card_linking").classes().get("class"))
        .isEqualTo(new ClassPair("card_arrival", "card-linking"));
    assertThat(score(metric, label, "It is card_arrival").classes().get("class"))
        .isEqualTo(new ClassPair("card_arrival", ClassPair.NONE));
  }

  @Test
  void aRegularExpressionHasBoundedTime() {
    Metric bad = new RegexMetric("r", "^(a+)+\\1b$", RegexMetric.Mode.FIND);
    Scores scores = score(bad, question("null"), "a".repeat(60) + "!");
    assertThat(scores.values()).containsEntry("r", 0.0);
    assertThat(scores.notes().get("r")).contains("too long");
    Metric deep = new RegexMetric("r", "(x|y)*z", RegexMetric.Mode.WHOLE);
    assertThat(score(deep, question("null"), "xy".repeat(200_000)).values())
        .containsEntry("r", 0.0);
    Metric absent = new RegexMetric("r", "sorry", RegexMetric.Mode.ABSENT);
    assertThat(score(absent, question("null"), "I am sorry").values()).containsEntry("r", 0.0);
    assertThat(score(absent, question("null"), "Sure").values()).containsEntry("r", 1.0);
    assertThatThrownBy(() -> new RegexMetric("r", "(", RegexMetric.Mode.FIND))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("metric 'r'");
  }

  @Test
  void spansAreCountedOnceEachByLabel() {
    Metric metric = new SpanMetric("spans");
    EvalCase label =
        question(
            "[{\"text\":\"Ada"
                + " Lovelace\",\"label\":\"PER\"},{\"text\":\"London\",\"label\":\"LOC\"}]");
    Scores scores =
        score(
            metric,
            label,
            "```json\n"
                + "[{\"text\":\"Ada "
                + " Lovelace\",\"label\":\"PER\"},{\"text\":\"Ada\",\"label\":\"PER\"},{\"text\":\"Paris\",\"label\":\"LOC\"}]\n"
                + "```");
    assertThat(scores.counts().get("spans"))
        .containsEntry("PER", new FieldCount(1, 2, 1))
        .containsEntry("LOC", new FieldCount(0, 1, 1));
    EvalCase placed = question("[{\"start\":0,\"end\":5,\"label\":\"X\"}]");
    String shifted = "[{\"start\":4,\"end\":9,\"label\":\"X\"}]";
    assertThat(score(metric, placed, shifted).counts().get("spans"))
        .containsEntry("X", new FieldCount(0, 1, 1));
    assertThat(score(metric, placed, shifted).counts().get("spans.overlap"))
        .containsEntry("X", new FieldCount(1, 1, 1));
    assertThat(score(metric, question("[]"), "[]").counts().get("spans"))
        .containsEntry("", FieldCount.NONE);
  }

  @Test
  void lengthsAreInCharactersWordsAndSentences() {
    Scores scores = score(new LengthMetric("length"), question("null"), "Two words 😀. Ça va?");
    assertThat(scores.values())
        .containsEntry("length.characters", 19.0)
        .containsEntry("length.words", 4.0)
        .containsEntry("length.sentences", 2.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          18      | So 16 - 3 = 13.\\n#### 18            | 1 | 1
          70000   | The profit is $70,000.               | 1 | 0
          2.5     | about 2.50 #### two and a half       | 1 | 0
          3       | #### 3 of 7                          | 0 | 1
          -4      | it fell to -4                        | 1 | 0
          5       | no number here                       | 0 | 0
          """)
  void theLastNumberIsTheAnswer(String label, String answer, double last, double marked) {
    Scores scores =
        score(new NumberMetric("n"), question("\"" + label + "\""), answer.replace("\\n", "\n"));
    assertThat(scores.values()).containsEntry("n", last).containsEntry("n.marked", marked);
  }

  @Test
  void citationsMustExistAndQuotationsMustStandThere() {
    EvalCase question =
        new EvalCase(
            "1",
            "?",
            JsonText.STRICT.nullNode(),
            List.of(),
            "",
            List.of(),
            JsonText.STRICT.readTree(
                "{\"context\":[{\"id\":\"doc-1\",\"text\":\"The fee is\\n12 euros.\"},{\"id\":2,"
                    + "\"text\":\"No refunds.\"}]}"));
    Metric metric = new CitationMetric("c");
    assertThat(score(metric, question, "It costs \"fee is 12 euros\" [doc-1], see [2].").values())
        .containsEntry("c.all", 1.0);
    Scores invented = score(metric, question, "“The fee is 13 euros” [doc-1] and [doc-9].");
    assertThat(invented.values()).containsEntry("c.all", 0.0);
    assertThat(invented.counts().get("c.ids")).containsEntry("", new FieldCount(1, 2, 2));
    assertThat(invented.counts().get("c.quotes")).containsEntry("", new FieldCount(0, 1, 1));
    assertThat(score(metric, question, "It costs 12 euros.").values()).containsEntry("c.all", 0.0);
  }

  @Test
  void theMostProbableOptionIsTheAnswer() {
    EvalCase question =
        new EvalCase(
            "1",
            "?",
            JsonText.STRICT.readTree("\" long option\""),
            List.of(),
            "",
            List.of(" x", " long option"),
            JsonText.STRICT.createObjectNode());
    Scores scores = Scores.empty();
    Reply reply = new Reply(" x", "stop", 0, 0, 0, 1, "", List.of(-2.0, -3.0), "");
    new ChoiceMetric("choice").score(question, reply, scores);
    assertThat(scores.values()).containsEntry("choice", 0.0).containsEntry("choice.per_byte", 1.0);
  }

  @Test
  void costsAreByTheToken() {
    Scores scores = Scores.empty();
    Reply reply = new Reply("x", "stop", 1000, 500, 1, 2, "", List.of(), "");
    new CostMetric("cost", 0.5, 2).score(question("null"), reply, scores);
    assertThat(scores.values().get("cost"))
        .isCloseTo(0.0015, org.assertj.core.data.Offset.offset(1e-12));
  }
}
