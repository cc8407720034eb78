package dev.kedge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.kedge.app.Platform;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's official Java client against a real server. */
@SuppressWarnings("deprecation") // the client calls seed deprecated; it is what repeats an answer
class OpenAiJavaClientTest {
  private static final int TOKENS = 24;

  @TempDir private static Path folder;
  private static Platform platform;
  private static OpenAIClient client;

  @BeforeAll
  static void start() throws Exception {
    platform = TinyServer.start(folder);
    client =
        OpenAIOkHttpClient.builder().baseUrl(platform.url()).apiKey("none").maxRetries(0).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    platform.close();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model(TinyServer.MODEL)
        .addSystemMessage("Be brief.")
        .addUserMessage("Hällo?")
        .maxCompletionTokens(TOKENS)
        .seed(7)
        .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true));
  }

  private static String text(ChatCompletion answer, int choice) {
    return answer.choices().get(choice).message().content().orElseThrow();
  }

  private static ChatCompletion answer(ChatCompletionCreateParams.Builder params) {
    return client.chat().completions().create(params.build());
  }

  @Test
  void aChatIsAnsweredAndCounted() {
    ChatCompletion answer = answer(chat());
    answer.validate();
    assertThat(text(answer, 0)).isNotEmpty();
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(TOKENS);
  }

  @Test
  void aSeedRepeatsAnAnswer() {
    assertThat(text(answer(chat()), 0)).isEqualTo(text(answer(chat()), 0));
    assertThat(text(answer(chat().seed(8)), 0)).isNotEqualTo(text(answer(chat()), 0));
  }

  @Test
  void aStreamAddsUpToTheWholeAnswer() {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    ChatCompletionCreateParams params =
        chat()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream().peek(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
    }
    ChatCompletion streamed = accumulator.chatCompletion();
    assertThat(text(streamed, 0)).isEqualTo(text(answer(chat()), 0));
    assertThat(streamed.usage().orElseThrow().completionTokens()).isEqualTo(TOKENS);
  }

  @Test
  void choicesDifferAndTheFirstIsTheOneOfTheSeed() {
    ChatCompletion three = answer(chat().n(3));
    assertThat(three.choices()).hasSize(3);
    assertThat(text(three, 0)).isEqualTo(text(answer(chat()), 0));
    assertThat(text(three, 1)).isNotEqualTo(text(three, 0)).isNotEqualTo(text(three, 2));
  }

  @Test
  void logprobsNameEveryToken() {
    ChatCompletion answer = answer(chat().logprobs(true).topLogprobs(2));
    answer.validate();
    var entries = answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    assertThat(entries)
        .hasSize(TOKENS)
        .allSatisfy(entry -> assertThat(entry.topLogprobs()).hasSize(2));
  }

  @Test
  void aStopTextEndsTheAnswer() {
    String whole = text(answer(chat()), 0);
    int from = whole.offsetByCodePoints(0, 4);
    String stop = whole.substring(from, whole.offsetByCodePoints(from, 2));
    ChatCompletion stopped = answer(chat().stop(stop));
    assertThat(text(stopped, 0)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(stopped.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
  }

  private static CompletionCreateParams.Builder completion() {
    return CompletionCreateParams.builder()
        .model(TinyServer.MODEL)
        .promptOfArrayOfStrings(List.of("One", "Two"))
        .maxTokens(8)
        .seed(1)
        .putAdditionalBodyProperty("ignore_eos", JsonValue.from(true));
  }

  @Test
  void completionsAnswerEachPromptWithLogprobs() {
    Completion answer = client.completions().create(completion().logprobs(3).build());
    answer.validate();
    assertThat(answer.choices()).hasSize(2);
    var logprobs = answer.choices().getFirst().logprobs().orElseThrow();
    assertThat(logprobs.tokens().orElseThrow()).hasSize(8);
    assertThat(logprobs.textOffset().orElseThrow()).hasSize(8).startsWith(0L);
  }

  @Test
  void streamedCompletionsAddUpToTheWholeAnswers() {
    Completion whole = client.completions().create(completion().build());
    StringBuilder first = new StringBuilder();
    try (StreamResponse<Completion> stream =
        client.completions().createStreaming(completion().build())) {
      stream.stream()
          .flatMap(chunk -> chunk.choices().stream())
          .filter(choice -> choice.index() == 0)
          .forEach(choice -> first.append(choice.text()));
    }
    assertThat(first.toString()).isEqualTo(whole.choices().getFirst().text());
  }

  @Test
  void modelsAreListedAndFound() {
    assertThat(client.models().list().data())
        .extracting(Model::id)
        .containsExactly(TinyServer.MODEL);
    assertThat(client.models().retrieve(TinyServer.MODEL).id()).isEqualTo(TinyServer.MODEL);
  }

  @Test
  void errorsAreTheClientsOwnExceptions() {
    assertThatThrownBy(() -> answer(chat().model("gpt-4o")))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).hasValue("model_not_found"));
    assertThatThrownBy(() -> answer(chat().temperature(3.0)))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).hasValue("temperature"));
  }

  @Test
  void aStreamThatIsGivenUpLeavesTheServerFree() throws Exception {
    ChatCompletionCreateParams params = chat().maxCompletionTokens(1_500).build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      assertThat(stream.stream().findFirst()).isPresent();
    }
    for (int i = 0; i < 10_000 && platform.stats(TinyServer.MODEL).running() > 0; i++)
      Thread.sleep(2);
    assertThat(platform.stats(TinyServer.MODEL).running()).isZero();
    assertThat(text(answer(chat()), 0)).isNotEmpty();
  }
}
