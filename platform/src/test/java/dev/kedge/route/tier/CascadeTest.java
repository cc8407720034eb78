package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.TokenScore;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.TierSection.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CascadeTest {
  private static final ChatRequest QUESTION = Calls.chat("How many legs has a spider?");

  private static Cascade cascade(String checks) {
    return new Cascade(ConfigFile.parse(checks, "checks", Checks.class));
  }

  private static String judge(ChatRequest request, List<AnswerPart> answer) {
    return cascade("{format: true}").judge(request, answer).reason();
  }

  private static String judge(String answer) {
    return judge(QUESTION, Calls.answer(answer, AnswerEnd.STOP));
  }

  @Test
  void aPlainAnswerIsGoodEnough() {
    assertThat(judge("A spider has eight legs.")).isEqualTo("ok");
    assertThat(
            cascade("{format: true}").goodEnough(QUESTION, Calls.answer("Eight.", AnswerEnd.STOP)))
        .isTrue();
  }

  @Test
  void anAnswerThatIsEmptyCutOffFilteredOrUnfinishedIsNot() {
    assertThat(judge("  \n ")).isEqualTo("empty");
    assertThat(judge(QUESTION, List.of())).isEqualTo("empty");
    assertThat(judge(QUESTION, Calls.answer("Eight, be", AnswerEnd.LENGTH))).isEqualTo("cut-off");
    assertThat(judge(QUESTION, Calls.answer("", AnswerEnd.CONTENT_FILTER))).isEqualTo("filtered");
    assertThat(judge(QUESTION, List.of(new AnswerPart.Text(0, "Eight.", Optional.empty()))))
        .isEqualTo("unfinished");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I'm sorry, but I can't help with that.",
        "I\u2019m not sure, maybe eight.",
        "As an AI, I have no legs to count.",
        "There is  not\nenough information here.",
        "Es tut mir leid, aber das weiß ich nicht.",
        "Je ne sais pas.",
        "Lo siento, pero no tengo esa información."
      })
  void refusalsAndHedgesAreNot(String answer) {
    assertThat(judge(answer)).isEqualTo("refusal");
    assertThat(
            cascade("{refusal: false}").goodEnough(QUESTION, Calls.answer(answer, AnswerEnd.STOP)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Titanic and Britannic.", "Uno señal roja.", "Maybe I cannoted it. Eight."})
  void phrasesInsideOfWordsAreNoRefusal(String answer) {
    assertThat(judge(answer)).isEqualTo("ok");
  }

  @Test
  void aRefusalThatTheServerTellsApartIsOne() {
    List<AnswerPart> parts = new ArrayList<>(List.of(new AnswerPart.Refusal(0, "No.")));
    parts.add(new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty()));
    assertThat(judge(QUESTION, parts)).isEqualTo("refusal");
  }

  @Test
  void jsonMustBeJsonAndFitItsSchema() {
    ChatRequest object =
        Calls.chat(new AnswerFormat.JsonObject(), List.of(), Calls.user(new Part.Text("x")));
    assertThat(judge(object, Calls.answer("{\"legs\": 8}", AnswerEnd.STOP))).isEqualTo("ok");
    assertThat(judge(object, Calls.answer("[8]", AnswerEnd.STOP))).isEqualTo("format");
    assertThat(judge(object, Calls.answer("Sure: {\"legs\": 8}", AnswerEnd.STOP)))
        .isEqualTo("format");
    ChatRequest schema =
        Calls.chat(
            new AnswerFormat.JsonSchema(
                "legs",
                "{\"type\":\"object\",\"properties\":{\"legs\":{\"type\":\"integer\"}},"
                    + "\"required\":[\"legs\"],\"additionalProperties\":false}",
                true),
            List.of(),
            Calls.user(new Part.Text("x")));
    assertThat(judge(schema, Calls.answer("{\"legs\": 8}", AnswerEnd.STOP))).isEqualTo("ok");
    assertThat(judge(schema, Calls.answer("{\"legs\": \"8\"}", AnswerEnd.STOP)))
        .isEqualTo("format");
    assertThat(judge(schema, Calls.answer("{}", AnswerEnd.STOP))).isEqualTo("format");
  }

  @Test
  void toolCallsMustBeOfKnownToolsWithFittingArguments() {
    Tool tool =
        new Tool(
            "weather",
            "",
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
                + "\"required\":[\"city\"]}",
            false);
    ChatRequest request =
        Calls.chat(new AnswerFormat.Text(), List.of(tool), Calls.user(new Part.Text("x")));
    assertThat(judge(request, call("weather", "{\"city\":", "\"Rome\"}"))).isEqualTo("ok");
    assertThat(judge(request, call("weather", "{\"city\":", "7}"))).isEqualTo("tool-arguments");
    assertThat(judge(request, call("weather", "{\"city\":"))).isEqualTo("tool-arguments");
    assertThat(judge(request, call("whether", "{}"))).isEqualTo("unknown-tool");
  }

  private static List<AnswerPart> call(String name, String... arguments) {
    List<AnswerPart> parts = new ArrayList<>();
    parts.add(new AnswerPart.ToolCall(0, 0, "id", name));
    for (String piece : arguments) parts.add(new AnswerPart.ToolArguments(0, 0, piece));
    parts.add(new AnswerPart.Finish(0, AnswerEnd.TOOL_CALLS, Optional.empty()));
    return parts;
  }

  @Test
  void unsureTokensCountWhereTheServerTellsThem() {
    Cascade strict = cascade("{min_mean_logprob: -0.5}");
    assertThat(strict.judge(QUESTION, scored(-0.1f, -0.3f)).reason()).isEqualTo("ok");
    assertThat(strict.judge(QUESTION, scored(-0.1f, -1.3f)).reason()).isEqualTo("logprob");
    assertThat(strict.goodEnough(QUESTION, Calls.answer("Eight.", AnswerEnd.STOP))).isTrue();
  }

  private static List<AnswerPart> scored(float... logprobs) {
    List<AnswerPart> parts = new ArrayList<>();
    for (float logprob : logprobs) {
      TokenScore score = new TokenScore("a", new byte[] {'a'}, logprob, List.of());
      parts.add(new AnswerPart.Text(0, "a", Optional.of(score)));
    }
    parts.add(new AnswerPart.Finish(0, AnswerEnd.STOP, Optional.empty()));
    return parts;
  }

  @Test
  void everyChoiceMustBeGoodAndRelayedBytesNeverAre() {
    List<AnswerPart> two = new ArrayList<>(Calls.answer("Eight.", AnswerEnd.STOP));
    two.add(new AnswerPart.Text(1, "I don't know.", Optional.empty()));
    two.add(new AnswerPart.Finish(1, AnswerEnd.STOP, Optional.empty()));
    assertThat(judge(QUESTION, two)).isEqualTo("refusal");
    assertThat(judge(QUESTION, List.of(new AnswerPart.Body(new byte[] {'{', '}'}))))
        .isEqualTo("relayed");
  }
}
