package dev.kedge.backend.upstream;

import static dev.kedge.backend.upstream.Chats.chat;
import static dev.kedge.backend.upstream.Chats.says;
import static dev.kedge.backend.upstream.Chats.user;
import static dev.kedge.backend.upstream.Chats.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.config.UpstreamKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a server's API has no words for is refused, with the name of the field. */
class LostTest {
  private static void refused(UpstreamKind kind, ChatRequest request, String parameter) {
    KedgeException thrown =
        catchThrowableOfType(
            KedgeException.class, () -> Translation.of(request, false, "id", kind.dialect(), kind));
    assertThat(thrown).as(parameter).isNotNull();
    assertThat(thrown.failure())
        .isInstanceOfSatisfying(
            Failure.Invalid.class, f -> assertThat(f.parameter()).isEqualTo(parameter));
  }

  private static Settings settings(
      double temperature, double minP, double frequency, boolean seed, int n, int logprobs) {
    return new Settings(
        OptionalInt.empty(),
        OptionalDouble.of(temperature),
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(minP),
        OptionalDouble.of(1),
        OptionalDouble.of(0),
        OptionalDouble.of(frequency),
        seed ? OptionalLong.of(1) : OptionalLong.empty(),
        List.of(),
        n,
        logprobs,
        false);
  }

  @ParameterizedTest
  @CsvSource({
    "1.5,0,0,false,1,-1,temperature",
    "1,0.1,0,false,1,-1,min_p",
    "1,0,0.5,false,1,-1,frequency_penalty",
    "1,0,0,true,1,-1,seed",
    "1,0,0,false,2,-1,n",
    "1,0,0,false,1,0,logprobs"
  })
  void whatMessagesCannotSayIsRefused(
      double temperature,
      double minP,
      double frequency,
      boolean seed,
      int n,
      int logprobs,
      String field) {
    Settings asked = settings(temperature, minP, frequency, seed, n, logprobs);
    ChatRequest chat = chat(UpstreamKind.ANTHROPIC, true, user("Hello"));

    refused(UpstreamKind.ANTHROPIC, with(chat, asked, new AnswerFormat.Text()), field);
  }

  @Test
  void conversationsThatMessagesCannotHoldAreRefused() {
    UpstreamKind kind = UpstreamKind.ANTHROPIC;
    refused(
        kind,
        with(chat(kind, true, user("Hello")), Settings.UNSET, new AnswerFormat.JsonObject()),
        "response_format");
    refused(
        kind,
        chat(kind, true, user("Hello"), says(Role.SYSTEM, new Part.Text("!"))),
        "messages[1]");
    refused(
        kind,
        chat(kind, true, user("Hello"), says(Role.ASSISTANT, new Part.Text("Hi"))),
        "messages");
    refused(
        kind,
        chat(
            kind,
            true,
            user("Hello"),
            says(Role.ASSISTANT, new Part.Reasoning("hm", "")),
            user("And?")),
        "messages[1].reasoning_content");
    refused(
        kind,
        chat(kind, true, new Message(Role.USER, List.of(new Part.Text("x")), Optional.of("Jo"))),
        "messages[0].name");
    refused(
        kind,
        chat(
            kind,
            true,
            user("Hello"),
            says(Role.ASSISTANT, new Part.ToolUse("1", "a", "[]")),
            says(Role.TOOL, new Part.ToolResult("1", "", false))),
        "messages[1].tool_calls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPENAI", "OLLAMA"})
  void anExtensionThatAServerWouldPassOverIsRefused(String name) {
    UpstreamKind kind = UpstreamKind.valueOf(name);
    ChatRequest chat = chat(kind, true, user("Hello"));

    refused(kind, with(chat, settings(1, 0.1, 0, false, 1, -1), new AnswerFormat.Text()), "min_p");
  }

  @Test
  void anthropicsServerIsAskedForConversationsOnly() {
    KedgeException thrown =
        catchThrowableOfType(
            KedgeException.class,
            () ->
                Translation.of(
                    Calls.sent(Api.EMBEDDINGS, "{}"),
                    false,
                    "id",
                    UpstreamKind.ANTHROPIC.dialect(),
                    UpstreamKind.ANTHROPIC));

    assertThat(thrown.failure().code()).isEqualTo("unsupported_api");
  }

  @Test
  void aFieldThatOnlyTheCallersBodyHoldsIsNotLostInTranslation() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("logit_bias_of_mine", 3);
    ChatRequest plain = chat(UpstreamKind.ANTHROPIC, true, user("Hello"));
    ChatRequest request =
        new ChatRequest(
            plain.model(),
            plain.messages(),
            plain.tools(),
            plain.toolChoice(),
            plain.parallelToolCalls(),
            plain.format(),
            plain.settings(),
            plain.stream(),
            plain.includeUsage(),
            new Source(Api.CHAT_COMPLETIONS, body));

    refused(UpstreamKind.ANTHROPIC, request, "logit_bias_of_mine");
  }
}
