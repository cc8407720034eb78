package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.chat.CallableTool;
import dev.kedge.engine.chat.ToolCallParser;
import dev.kedge.engine.chat.ToolCallPart;
import dev.kedge.engine.chat.ToolFormat;
import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ConstrainedEngineTest {
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"ok":{"type":"boolean"},"n":{"type":"integer","maximum":99,
       "minimum":0},"tag":{"enum":["red","green"]},"s":{"type":"string","maxLength":6}},
       "required":["ok","n","tag","s"]}\
      """;

  @TempDir private Path folder;
  private Model model;

  @BeforeEach
  void load() throws IOException {
    model = Model.load(RandomModel.small(TensorType.Q8_0).write(folder.resolve("m.gguf")));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private record Answer(List<Integer> ids, String text, FinishReason reason) {
    static Answer of(Generation generation) throws InterruptedException {
      List<Integer> ids = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      while (true) {
        switch (generation.next()) {
          case TokenEvent.Token token -> {
            ids.add(token.id());
            text.append(token.text());
            token
                .logprob()
                .ifPresent(logprob ->
                    assertThat(logprob.top()).allMatch(top -> Float.isFinite(top.logprob())));
          }
          case TokenEvent.End end -> {
            return new Answer(ids, text + end.text(), end.reason());
          }
        }
      }
    }
  }

  private static Request request(int seed, AnswerConstraint form) {
    Sampling sampling = new Sampling(seed % 3, 0, 1, 0, 1, 0, 0, seed);
    return new Request(new int[] {1, 300 + seed % 20}, 200, sampling, List.of(), 3, false)
        .with(form);
  }

  @Test
  void anAnswerIsHeldToItsSchemaWhateverRunsBesideIt() throws Exception {
    AnswerConstraint form = AnswerConstraint.jsonSchema(SCHEMA);
    List<Answer> alone = new ArrayList<>();
    try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 64, 0, 0, 64, true))) {
      for (int i = 0; i < 20; i++) alone.add(Answer.of(engine.submit(request(i, form))));
    }
    for (Answer answer : alone) {
      assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
      assertThat((Map<?, ?>) JsonParser.parse(answer.text())).hasSize(4);
    }
    try (Engine engine = Engine.start(model, new EngineOptions(2, 8, 64, 0, 0, 64, true))) {
      List<Generation> together = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        together.add(engine.submit(request(i, form)));
        engine.submit(Request.of(new int[] {1, 5 + i}, 30, Sampling.GREEDY));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(Answer.of(together.get(i))).isEqualTo(alone.get(i));
      }
    }
  }

  @Test
  void theLastTokenOfACompleteAnswerEndsIt() throws Exception {
    AnswerConstraint form = AnswerConstraint.jsonSchema("{\"const\": [true, null]}");
    try (Engine engine = Engine.start(model, EngineOptions.defaults())) {
      Answer answer = Answer.of(engine.submit(request(1, form)));
      assertThat(answer.text()).isEqualTo("[true,null]");
      assertThat(answer.reason()).isEqualTo(FinishReason.STOP);
      assertThat(model.tokenizer().isEndOfGeneration(answer.ids().getLast())).isFalse();
      Request cut = Request.of(new int[] {1}, 4, Sampling.GREEDY).with(form);
      assertThat(Answer.of(engine.submit(cut)).reason()).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void anEndThatIsIgnoredAndAFormExcludeEachOther() {
    assertThatThrownBy(() ->
            new Request(new int[] {1}, 4, Sampling.GREEDY, List.of(), -1, true)
                .with(AnswerConstraint.jsonObject()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(ToolFormat.class)
  void forcedCallsAreCallsOfTheGivenTools(ToolFormat format) throws Exception {
    List<CallableTool> tools =
        List.of(
            new CallableTool("set", SCHEMA, true),
            new CallableTool("free", "{\"type\":\"object\",\"minProperties\":0,\"not\":{}}", false),
            new CallableTool("none", "{\"type\":\"object\",\"properties\":{}}", true));
    AnswerConstraint form = AnswerConstraint.toolCalls(format, tools, true, model.tokenizer());
    int called = 0;
    try (Engine engine = Engine.start(model, EngineOptions.defaults())) {
      for (int i = 0; i < 12; i++) {
        Answer answer = Answer.of(engine.submit(request(i, form)));
        if (answer.reason() != FinishReason.STOP) continue;
        ToolCallParser parser = new ToolCallParser(format, Set.of("set", "free", "none"));
        List<ToolCallPart> parts = new ArrayList<>(parser.text(answer.text()));
        parts.addAll(parser.finish());
        assertThat(parts).as(answer.text()).noneMatch(ToolCallPart.Text.class::isInstance);
        for (ToolCallPart part : parts) {
          if (!(part instanceof ToolCallPart.Arguments arguments)) continue;
          assertThat(JsonParser.parse(arguments.json())).isInstanceOf(Map.class);
        }
        called += parser.calls();
      }
    }
    assertThat(called).isPositive();
  }

  @Test
  void aStrictToolThatCannotBeHeldToIsRefusedByName() {
    CallableTool tool = new CallableTool("move", "{\"not\":{}}", true);
    assertThatThrownBy(() ->
            AnswerConstraint.toolCalls(ToolFormat.HERMES, List.of(tool), false, model.tokenizer()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("'move'")
        .hasMessageContaining("'not'");
  }

  @Test
  void aVocabularyThatCannotSpellEverythingIsTold() throws IOException {
    RandomModel shape = RandomModel.small(TensorType.F32);
    var metadata = shape.metadata();
    List<String> tokens = new ArrayList<>(metadata.build().strings("tokenizer.ggml.tokens"));
    for (int i = 3; i < 259; i++) tokens.set(i, "word" + i);
    int[] types = new int[tokens.size()];
    java.util.Arrays.fill(types, 1);
    Path path =
        shape.write(
            folder.resolve("words.gguf"),
            metadata
                .strings("tokenizer.ggml.tokens", tokens)
                .int32s("tokenizer.ggml.token_type", types)
                .build());
    try (Model words = Model.load(path);
        Engine engine = Engine.start(words, EngineOptions.defaults())) {
      assertThatThrownBy(() -> engine.submit(request(1, AnswerConstraint.jsonObject())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not a token");
    }
  }
}
