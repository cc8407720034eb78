package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.TextInput;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.TierSection;
import dev.kedge.config.TierSection.Tier;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiersTest {
  private static final String WEATHER = "What is the weather like today?";

  private static TierSection section(String rest) {
    return ConfigFile.parse("{small: s, large: l" + rest + "}", "kedge.yaml", TierSection.class);
  }

  private static Tiers rules(String rules) {
    return Tiers.of(section(", rules: [" + rules + "]"), Optional.empty());
  }

  private static Tier tier(Tiers tiers, ChatRequest request) {
    return tiers.decide(request, TierFacts.NONE).tier();
  }

  static RouteModel model(Classifier classifier, double threshold) {
    Curve curve =
        new Curve(
            List.of(
                new CurvePoint(1, 1, 1, 1, 1, 0.9, 0.88, 1),
                new CurvePoint(0.8, 0.5, 0.55, 0.6, 0.65, 0.86, 0.84, 0.95),
                new CurvePoint(0.6, 0.2, 0.24, 0.3, 0.34, 0.82, 0.80, 0.91),
                new CurvePoint(0, 0, 0, 0, 0, 0.7, 0.67, 0.75)));
    TrainingSummary summary =
        new TrainingSummary(
            List.of("a.jsonl"),
            "0".repeat(64),
            500,
            0,
            1,
            0.1,
            0.7,
            0.9,
            0.8,
            0.01,
            0.7,
            0.6,
            0.8,
            "pays");
    return new RouteModel(
        "s", "l", classifier, curve, threshold, "a test", Optional.of(new Prices(1, 11)), summary);
  }

  @Test
  void theFirstRuleThatMatchesDecidesAndIsNamed() {
    Tiers tiers =
        rules(
            "{name: sales, tier: small, tenants: [sales]},"
                + "{name: batch, tier: large, keys: [batch-*]},"
                + "{name: rest, tier: small}");
    TierDecision both =
        tiers.decide(Calls.chat("Hi"), new TierFacts("batch-7", "sales", List.of()));
    assertThat(both.header()).isEqualTo("small; reason=rule name=sales");
    assertThat(both.model()).isEqualTo("s");
    TierDecision second =
        tiers.decide(Calls.chat("Hi"), new TierFacts("batch-7", "other", List.of()));
    assertThat(second.header()).isEqualTo("large; reason=rule name=batch");
    assertThat(second.model()).isEqualTo("l");
    assertThat(tiers.decide(Calls.chat("Hi"), TierFacts.NONE).reason()).isEqualTo("rule name=rest");
  }

  @Test
  void aRuleWantsEverythingThatItStates() {
    Tiers tiers = rules("{name: both, tier: small, tags: [draft, note], tenants: [sales]}");
    assertThat(decide(tiers, "sales", "note")).isEqualTo("rule name=both");
    assertThat(decide(tiers, "sales", "final")).isEqualTo("default");
    assertThat(decide(tiers, "legal", "note")).isEqualTo("default");
  }

  private static String decide(Tiers tiers, String tenant, String tag) {
    return tiers.decide(Calls.chat("Hi"), new TierFacts("", tenant, List.of(tag))).reason();
  }

  @ParameterizedTest
  @CsvSource({
    "min_characters: 10, 9, false",
    "min_characters: 10, 10, true",
    "max_characters: 10, 10, true",
    "max_characters: 10, 11, false",
    "min_tokens: 3, 8, false",
    "min_tokens: 3, 9, true",
    "max_tokens: 2, 8, true",
    "max_tokens: 2, 9, false"
  })
  void lengthCountsFromBoundToBound(String bound, int length, boolean matches) {
    Tiers tiers = rules("{name: length, tier: small, " + bound + "}");
    assertThat(tier(tiers, Calls.chat("x".repeat(length))) == Tier.SMALL).isEqualTo(matches);
  }

  @Test
  void lengthCountsAllMessagesAndBytesCountTokens() {
    Tiers tiers = rules("{name: long, tier: small, min_characters: 20, min_tokens: 9}");
    Message system =
        new Message(Role.SYSTEM, List.of(new Part.Text("ä".repeat(16))), Optional.empty());
    Message user = Calls.user(new Part.Text("four"));
    assertThat(tier(tiers, Calls.chat(new AnswerFormat.Text(), List.of(), system, user)))
        .isEqualTo(Tier.SMALL);
    assertThat(tier(tiers, Calls.chat(new AnswerFormat.Text(), List.of(), user)))
        .isEqualTo(Tier.LARGE);
  }

  @Test
  void rulesSeeToolsPicturesAndFormat() {
    Tiers tiers =
        rules(
            "{name: tools, tier: small, tools: true},"
                + "{name: pictures, tier: small, images: true},"
                + "{name: json, tier: small, formats: [json_object, json_schema]},"
                + "{name: plain, tier: large, tools: false, images: false, formats: [text]}");
    Tool tool = new Tool("clock", "", "{}", false);
    Message hi = Calls.user(new Part.Text("Hi"));
    Message picture = Calls.user(new Part.Image("https://example.org/a.png"));
    assertThat(reason(tiers, Calls.chat(new AnswerFormat.Text(), List.of(tool), hi)))
        .isEqualTo("rule name=tools");
    assertThat(reason(tiers, Calls.chat(new AnswerFormat.Text(), List.of(), picture)))
        .isEqualTo("rule name=pictures");
    assertThat(reason(tiers, Calls.chat(new AnswerFormat.JsonObject(), List.of(), hi)))
        .isEqualTo("rule name=json");
    assertThat(reason(tiers, Calls.chat("Hi"))).isEqualTo("rule name=plain");
  }

  private static String reason(Tiers tiers, ChatRequest request) {
    return tiers.decide(request, TierFacts.NONE).reason();
  }

  @Test
  void anythingButEnglishIncludesWhatCannotBeTold() {
    Tiers tiers = rules("{name: foreign, tier: small, languages_except: [en]}");
    assertThat(tier(tiers, Calls.chat(WEATHER))).isEqualTo(Tier.LARGE);
    assertThat(tier(tiers, Calls.chat("Wie ist das Wetter und was kann ich machen?")))
        .isEqualTo(Tier.SMALL);
    assertThat(tier(tiers, Calls.chat("qwx 17"))).isEqualTo(Tier.SMALL);
  }

  @Test
  void theClassifierDecidesByItsThresholdAndTheHeaderTellsBoth() {
    Classifier classifier = ClassifierTest.noisy(5);
    double p = classifier.probability(WEATHER);
    Tiers at = Tiers.of(section(", classifier: r.json, threshold: " + p), opt(classifier));
    TierDecision decision = at.decide(Calls.chat(WEATHER), TierFacts.NONE);
    assertThat(decision.tier()).isEqualTo(Tier.SMALL);
    assertThat(decision.probability()).hasValue(p);
    assertThat(decision.header())
        .matches("small; reason=classifier p=0\\.\\d{2,4} threshold=0\\.\\d{2,4}");
    Tiers above =
        Tiers.of(section(", classifier: r.json, threshold: " + Math.nextUp(p)), opt(classifier));
    assertThat(tier(above, Calls.chat(WEATHER))).isEqualTo(Tier.LARGE);
  }

  private static Optional<RouteModel> opt(Classifier classifier) {
    return Optional.of(model(classifier, 0.7));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0.7",
    "', quality_floor: 0.95', 0.8",
    "', quality_floor: 0.9', 0.6",
    "', quality_floor: 0.999', 1",
    "', quality_floor: 0.5', 0",
    "', absolute_floor: 0.84', 0.8",
    "', absolute_floor: 0.95', 1",
    "', cost_ceiling: 0.55', 0.8",
    "', cost_ceiling: 54%', 0.6",
    "', cost_ceiling: 0.1', 0",
    "', cost_ceiling: $7.5', 0.8",
    "', cost_ceiling: $7.4', 0.6",
    "', cost_ceiling: $0.5', 0",
    "', threshold: 0.33', 0.33"
  })
  void anAimIsLookedUpByItsBound(String aim, double threshold) {
    Tiers tiers = Tiers.of(section(", classifier: route.json" + aim), opt(ClassifierTest.noisy(1)));
    assertThat(tiers.threshold()).isEqualTo(threshold);
  }

  @Test
  void whatTheClassifierCannotSeeGoesToTheLargeModel() {
    Tiers tiers =
        Tiers.of(section(", classifier: r.json, threshold: 0"), opt(ClassifierTest.noisy(1)));
    Message picture =
        Calls.user(new Part.Text(WEATHER), new Part.Image("https://example.org/a.png"));
    assertThat(tiers.decide(Calls.chat(WEATHER), TierFacts.NONE).tier()).isEqualTo(Tier.SMALL);
    assertThat(
            tiers
                .decide(Calls.chat(new AnswerFormat.Text(), List.of(), picture), TierFacts.NONE)
                .header())
        .isEqualTo("large; reason=images");
    assertThat(tiers.decide(Calls.chat("  "), TierFacts.NONE).header())
        .isEqualTo("large; reason=empty");
    CompletionRequest ids =
        new CompletionRequest(
            "auto",
            List.of(new TextInput.Tokens(new int[] {1, 2})),
            Settings.UNSET,
            false,
            false,
            Calls.SOURCE);
    assertThat(tiers.decide(ids, TierFacts.NONE).header()).isEqualTo("large; reason=token-ids");
  }

  @Test
  void theClassifierReadsTheUsersLastMessages() {
    Message system =
        new Message(Role.SYSTEM, List.of(new Part.Text("Be brief.")), Optional.empty());
    Message answer = new Message(Role.ASSISTANT, List.of(new Part.Text("Yes.")), Optional.empty());
    ChatRequest talk =
        Calls.chat(
            new AnswerFormat.Text(),
            List.of(),
            system,
            Calls.user(new Part.Text("One?")),
            answer,
            Calls.user(new Part.Text("Two"), new Part.Text("?")));
    assertThat(Tiers.classifiedText(talk)).isEqualTo("One?\nTwo?");
    ChatRequest longTalk =
        Calls.chat(
            new AnswerFormat.Text(),
            List.of(),
            Calls.user(new Part.Text("old")),
            Calls.user(new Part.Text("x".repeat(Features.MOST))));
    assertThat(Tiers.classifiedText(longTalk)).hasSize(Features.MOST);
  }

  @Test
  void embeddingsAreRefused() {
    EmbeddingRequest request =
        new EmbeddingRequest(
            "auto", List.of(new TextInput.Text("x")), OptionalInt.empty(), false, Calls.SOURCE);
    assertThatThrownBy(() -> rules("{name: all, tier: small}").decide(request, TierFacts.NONE))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("'auto' chooses between two models");
  }

  @Test
  void aCascadeWithoutAClassifierAsksTheSmallModelFirst() {
    Tiers tiers = Tiers.of(section(", cascade: true"), Optional.empty());
    assertThat(tiers.decide(Calls.chat("Hi"), TierFacts.NONE).header())
        .isEqualTo("small; reason=cascade");
    assertThat(tiers.cascade()).isPresent();
    assertThat(rules("{name: all, tier: small}").cascade()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ", large: s",
        ", rules: [{tier: small}]",
        ", rules: [{name: a}]",
        ", rules: [{name: a, tier: medium}]",
        ", rules: [{name: 'a b', tier: small}]",
        ", rules: [{name: a, tier: small}, {name: a, tier: large}]",
        ", rules: [{name: a, tier: small, min_tokens: 5, max_tokens: 4}]",
        ", quality_floor: 0.9",
        ", classifier: r.json, quality_floor: 1.5",
        ", classifier: r.json, quality_floor: 0.9, threshold: 0.5",
        ", classifier: r.json, cost_ceiling: 1.5",
        ", classifier: r.json, cost_ceiling: $-1",
        ", classifier: r.json, cost_ceiling: cheap",
        ", cascade: true, checks: {min_mean_logprob: 1}",
        ", colour: blue"
      })
  void aWrongSectionIsRefusedWithFileAndLine(String rest) {
    assertThatThrownBy(() -> section(rest))
        .isInstanceOf(KedgeException.class)
        .hasMessageStartingWith("kedge.yaml:1: ");
  }

  @ParameterizedTest
  @CsvSource({"0.93, 0.93", "0.9, 0.90", "0.8814, 0.8814", "0.88149, 0.8814", "1, 1.00", "0, 0.00"})
  void sharesAreCutToFourDecimals(double share, String text) {
    assertThat(TierDecision.decimals(share)).isEqualTo(text);
  }
}
