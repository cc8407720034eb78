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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void everyChoiceMustBeGood() {
    List<AnswerPart> two = new ArrayList<>(Calls.answer("Eight.", AnswerEnd.STOP));
    two.add(new AnswerPart.Text(1, "I don't know.", Optional.empty()));
    two.add(new AnswerPart.Finish(1, AnswerEnd.STOP, Optional.empty()));
    assertThat(judge(QUESTION, two)).isEqualTo("refusal");
  }

  private static AnswerPart body(String json) {
    return new AnswerPart.Body(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<AnswerPart> frames(String... data) {
    List<AnswerPart> parts = new ArrayList<>();
    for (String json : data) {
      String frame = ": comment\nevent: any\ndata: " + json + "\n\n";
      parts.add(new AnswerPart.Frame(frame.getBytes(StandardCharsets.UTF_8), 1));
    }
    return parts;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ok | {\"choices\":[{\"message\":{\"content\":\"8\"},\"finish_reason\":\"stop\"}]}",
        "cut-off | {\"choices\":[{\"message\":{\"content\":\"8\"},\"finish_reason\":\"length\"}]}",
        "refusal |"
            + " {\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"No\"},\"finish_reason\":\"stop\"}]}",
        "unknown-tool |"
            + " {\"choices\":[{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
        "ok | {\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"8\"}],\"stop_reason\":\"end_turn\"}",
        "cut-off |"
            + " {\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"8\"}],\"stop_reason\":\"max_tokens\"}",
        "unknown-tool |"
            + " {\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"tool_use\"}",
        "ok | {\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"8\"}]}],\"status\":\"completed\"}",
        "cut-off |"
            + " {\"output\":[{\"type\":\"message\",\"content\":[{\"text\":\"8\"}]}],\"status\":\"incomplete\"}",
        "unreadable | {\"answer\":8}",
        "unreadable | {\"choices\":"
      })
  void aRelayedBodyIsJudgedLikeAnyOther(String reason, String json) {
    assertThat(judge(QUESTION, List.of(body(json)))).isEqualTo(reason);
  }

  @Test
  void aRelayedStreamIsJudgedLikeAnyOther() {
    List<AnswerPart> openai =
        frames(
            "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"I'm"
                + " not\"}}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\" sure.\"}}]}",
            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
            "[DONE]");
    assertThat(judge(QUESTION, openai)).isEqualTo("refusal");
    assertThat(judge(QUESTION, openai.subList(1, 2))).isEqualTo("unfinished");
    assertThat(judge(QUESTION, openai.subList(1, 4))).isEqualTo("ok");
    List<AnswerPart> anthropic =
        frames(
            "{\"type\":\"message_start\",\"message\":{\"content\":[]}}",
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
            "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Eight.\"}}",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
            "{\"type\":\"message_stop\"}");
    assertThat(judge(QUESTION, anthropic)).isEqualTo("ok");
    assertThat(judge(QUESTION, anthropic.subList(3, 5))).isEqualTo("empty");
    Tool tool = new Tool("f", "", "{\"required\":[\"city\"]}", false);
    ChatRequest request =
        Calls.chat(new AnswerFormat.Text(), List.of(tool), Calls.user(new Part.Text("x")));
    String[] call = {
      "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}}",
      "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"city\\\":\"}}",
      "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}",
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}"
    };
    assertThat(judge(request, frames(call))).isEqualTo("ok");
    assertThat(judge(request, frames(call[0], call[1], call[3]))).isEqualTo("tool-arguments");
  }

  @Test
  void relayedLogProbabilitiesCount() {
    String json =
        "{\"choices\":[{\"message\":{\"content\":\"8\"},\"finish_reason\":\"stop\",\"logprobs\":{\"content\":[{\"token\":\"8\",\"logprob\":-2.0}]}}]}";
    assertThat(cascade("{min_mean_logprob: -0.5}").judge(QUESTION, List.of(body(json))).reason())
        .isEqualTo("logprob");
  }
}
