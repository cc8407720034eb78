package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class EngineTest {
  private static final EngineOptions SMALL = new EngineOptions(1, 4, 8, 0, 0, 64, true);

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

  /** Everything a generation delivered. */
  private record Answer(
      List<Integer> ids, String text, List<TokenLogprob> logprobs, TokenEvent.End end) {
    static Answer of(Generation generation) throws InterruptedException {
      List<Integer> ids = new ArrayList<>();
      List<TokenLogprob> logprobs = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      while (true) {
        switch (generation.next()) {
          case TokenEvent.Token token -> {
            ids.add(token.id());
            text.append(token.text());
            token.logprob().ifPresent(logprobs::add);
          }
          case TokenEvent.End end -> {
            return new Answer(ids, text + end.text(), logprobs, end);
          }
        }
      }
    }
  }

  @Test
  void anEngineThatWarmsUpAnswersAsOthersDoAndCountsNothing() throws Exception {
    Request request = Request.of(new int[] {1, 5, 9}, 12, Sampling.GREEDY);
    Answer expected;
    try (Engine engine = Engine.start(model, SMALL);
        Generation answer = engine.submit(request)) {
      expected = Answer.of(answer);
    }
    try (Engine engine = Engine.start(model, SMALL)) {
      engine.warmUp();
      try (Generation answer = engine.submit(request)) {
        assertThat(Answer.of(answer)).isEqualTo(expected);
      }
      long passes = engine.stats().forwardPasses();
      engine.warmUp();
      try (Generation answer = engine.submit(request)) {
        assertThat(Answer.of(answer)).isEqualTo(expected);
      }
      assertThat(engine.stats().forwardPasses()).isBetween(passes + 10, passes + 12);
      assertThat(engine.stats().cacheTokensUsed()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 64, true",
    "2, 1, 7, true",
    "1, 16, 64, true",
    "2, 16, 64, true",
    "2, 16, 7, false",
    "1, 16, 1, true",
    "2, 3, 5, true"
  })
  void answersDoNotDependOnWhatRunsBesideThem(
      int threads, int sequences, int batch, boolean vectors) throws Exception {
    List<Request> requests = requests();
    List<Answer> expected = new ArrayList<>();
    try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 0, 0, 0, 256, true))) {
      for (Request request : requests) expected.add(Answer.of(engine.submit(request)));
    }
    List<Generation> running = new ArrayList<>();
    try (Engine engine =
        Engine.start(model, new EngineOptions(threads, sequences, 64, 0, 0, batch, vectors))) {
      for (Request request : requests) running.add(engine.submit(request));
      for (int i = 0; i < requests.size(); i++) {
        assertThat(Answer.of(running.get(i))).isEqualTo(expected.get(i));
      }
    }
  }

  private static List<Request> requests() {
    Random random = new Random(8);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int[] prompt = random.ints(1 + random.nextInt(60), 0, 320).toArray();
      Sampling sampling =
          new Sampling(
              i % 3 * 0.7f, i % 4 * 10, i % 2 == 0 ? 1 : 0.9f, 0, 1 + i % 2 * 0.1f, 0, 0, i);
      requests.add(
          new Request(
              prompt, 1 + random.nextInt(40), sampling, List.of(), i % 2 == 0 ? 3 : -1, true));
    }
    return requests;
  }

  @Test
  void anAnswerEndsAtItsLimitWithItsUsage() throws Exception {
    try (Engine engine = Engine.start(model, SMALL)) {
      Answer answer = Answer.of(engine.submit(endless(5, 30)));
      assertThat(answer.ids()).hasSize(30);
      assertThat(answer.end().reason()).isEqualTo(FinishReason.LENGTH);
      assertThat(answer.end().usage()).isEqualTo(new TokenEvent.Usage(5, 0, 30));
      EngineStats stats = engine.stats();
      assertThat(stats.running()).isZero();
      assertThat(stats.cacheTokensUsed()).isZero();
      assertThat(stats.promptTokens()).isEqualTo(5);
      assertThat(stats.generatedTokens()).isEqualTo(30);
      assertThat(stats.forwardPasses()).isEqualTo(30);
    }
  }

  @Test
  void anAnswerEndsWithTheContext() throws Exception {
    try (Engine engine = Engine.start(model, SMALL)) {
      Answer answer = Answer.of(engine.submit(endless(250, 100)));
      assertThat(answer.ids()).hasSize(6);
      assertThat(answer.end().reason()).isEqualTo(FinishReason.LENGTH);
      assertThatThrownBy(() -> engine.submit(endless(256, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("256 tokens");
      assertThatThrownBy(() -> engine.submit(Request.of(new int[] {320}, 1, Sampling.GREEDY)))
          .hasMessageContaining("token 320");
    }
  }

  @Test
  void anEndOfTextTokenOrStopTextEndsAnAnswer() throws Exception {
    try (Engine engine = Engine.start(model, SMALL)) {
      List<Answer> answers = new ArrayList<>();
      for (int seed = 0; seed < 200; seed++) {
        Sampling sampling = new Sampling(3, 0, 1, 0, 1, 0, 0, seed);
        answers.add(
            Answer.of(
                engine.submit(new Request(new int[] {1}, 60, sampling, List.of("w3"), -1, false))));
      }
      assertThat(answers)
          .allSatisfy(answer -> {
            assertThat(answer.text()).doesNotContain("w3");
            assertThat(answer.end().reason() == FinishReason.STOP || answer.ids().size() == 60)
                .isTrue();
          });
      assertThat(answers).anyMatch(answer -> answer.ids().getLast() == 2);
      assertThat(answers)
          .anyMatch(
              answer -> answer.end().reason() == FinishReason.STOP && answer.ids().getLast() > 258);
    }
  }

  @Test
  void cancellingFreesPlaceAndMemoryForTheNext() throws Exception {
    EngineOptions one = new EngineOptions(1, 1, 8, 0, 256, 64, true);
    try (Engine engine = Engine.start(model, one)) {
      Generation first = engine.submit(endless(1, 255));
      Generation second = engine.submit(endless(1, 3));
      Generation third = engine.submit(endless(1, 3));
      first.next();
      third.cancel();
      assertThat(Answer.of(third).end().reason()).isEqualTo(FinishReason.CANCELLED);
      first.cancel();
      Answer cancelled = Answer.of(first);
      assertThat(cancelled.end().reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(first.next()).isEqualTo(cancelled.end());
      assertThat(Answer.of(second).ids()).hasSize(3);
      first.cancel();
      assertThat(engine.stats().cacheTokensUsed()).isZero();
    }
  }

  @Test
  void aFullQueueRefuses() throws Exception {
    try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 2, 0, 0, 64, true))) {
      Generation first = engine.submit(endless(1, 255));
      first.next();
      engine.submit(endless(1, 255));
      engine.submit(endless(1, 255));
      assertThatThrownBy(() -> engine.submit(endless(1, 255)))
          .isInstanceOf(QueueFullException.class);
      assertThat(engine.stats().waiting()).isEqualTo(2);
    }
  }

  @Test
  void withoutAQueueAFreePlaceStillServes() throws Exception {
    try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 0, 0, 0, 64, true))) {
      for (int i = 0; i < 50; i++)
        assertThat(Answer.of(engine.submit(endless(1, 2))).ids()).hasSize(2);
    }
  }

  @Test
  void closingEndsEverythingAndLeavesNoThread() throws Exception {
    Engine engine = Engine.start(model, new EngineOptions(3, 2, 8, 0, 0, 64, true));
    List<Generation> running = new ArrayList<>();
    for (int i = 0; i < 5; i++) running.add(engine.submit(endless(1, 255)));
    running.getFirst().next();
    engine.close();
    for (Generation generation : running) {
      assertThat(Answer.of(generation).end().reason()).isEqualTo(FinishReason.CANCELLED);
    }
    engine.close();
    assertThatThrownBy(() -> engine.submit(endless(1, 1))).hasMessage("the engine is closed");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("kedge-"));
  }

  @Test
  void aModelClosedUnderAnEngineServesToItsEnd() throws Exception {
    try (Engine engine = Engine.start(model, SMALL)) {
      Generation generation = engine.submit(endless(1, 200));
      model.close();
      assertThat(Answer.of(generation).ids()).hasSize(200);
    }
    assertThatThrownBy(() -> Engine.start(model, SMALL)).hasMessage("the model is closed");
  }

  @Test
  void aModelThatComputesNoNumbersFailsItsRequestsOnly() throws Exception {
    Path path = RandomModel.small(TensorType.F32).write(folder.resolve("nan.gguf"));
    long embedding;
    try (var file = dev.kedge.engine.weights.GgufFile.open(path)) {
      embedding = file.require("token_embd.weight").offset();
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer nan =
          ByteBuffer.allocate(4).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN).flip();
      channel.write(nan, embedding + 7 * 64 * ValueLayout.JAVA_FLOAT.byteSize());
    }
    try (Model broken = Model.load(path);
        Engine engine = Engine.start(broken, SMALL)) {
      Generation good = engine.submit(Request.of(new int[] {1, 2}, 20, Sampling.GREEDY));
      Generation bad = engine.submit(Request.of(new int[] {1, 7}, 20, Sampling.GREEDY));
      Answer failed = Answer.of(bad);
      assertThat(failed.end().reason()).isEqualTo(FinishReason.FAILED);
      assertThat(failed.end().message()).get().asString().contains("not a number");
      assertThat(Answer.of(good).end().reason()).isNotEqualTo(FinishReason.FAILED);
    }
  }

  @Test
  void requestsThatShareASmallCacheAllFinish() throws Exception {
    try (Engine engine = Engine.start(model, new EngineOptions(2, 8, 64, 0, 256, 16, true))) {
      assertThat(engine.contextLength()).isEqualTo(256);
      List<Generation> running = new ArrayList<>();
      for (int i = 0; i < 30; i++) running.add(engine.submit(endless(1 + i * 3, 20 + i)));
      Collections.shuffle(running, new Random(2));
      for (Generation generation : running) {
        assertThat(Answer.of(generation).end().reason()).isEqualTo(FinishReason.LENGTH);
      }
      assertThat(engine.stats().cacheTokensUsed()).isZero();
    }
  }

  @Test
  void aRequestWhoseTimeIsOverEnds() throws Exception {
    try (Engine engine = Engine.start(model, SMALL)) {
      Urgency brief = new Urgency(0, Optional.of(Duration.ofNanos(1)));
      TokenEvent.End end = Answer.of(engine.submit(endless(5, 30).with(brief))).end();
      assertThat(end.reason()).isEqualTo(FinishReason.EXPIRED);
      assertThat(end.usage().completionTokens()).isZero();
      Urgency ample = new Urgency(0, Optional.of(Duration.ofDays(100_000)));
      assertThat(Answer.of(engine.submit(endless(5, 30).with(ample))).ids()).hasSize(30);
    }
  }

  @Test
  void aMoreUrgentRequestInterruptsAndTheOtherGoesOnWhereItStopped() throws Exception {
    Request slow = endless(40, 200);
    try (Engine engine = Engine.start(model, new EngineOptions(1, 1, 8, 0, 0, 64, true))) {
      List<Integer> expected = Answer.of(engine.submit(slow)).ids();
      // Now and then it has finished before the other comes.
      while (engine.stats().preemptions() == 0) {
        Generation interrupted = engine.submit(slow);
        assertThat(interrupted.next()).isInstanceOf(TokenEvent.Token.class);
        Generation urgent = engine.submit(endless(3, 5).with(new Urgency(1, Optional.empty())));
        assertThat(Answer.of(urgent).ids()).hasSize(5);
        Answer answer = Answer.of(interrupted);
        assertThat(answer.ids()).isEqualTo(expected.subList(1, 200));
        assertThat(answer.end().usage()).isEqualTo(new TokenEvent.Usage(40, 32, 200));
      }
    }
  }

  @Test
  void theModelTellsWhatItIs() {
    ModelInfo info = model.info();
    assertThat(info.name()).isEqualTo("random");
    assertThat(info.architecture()).isEqualTo("llama");
    assertThat(info.contextLength()).isEqualTo(256);
    assertThat(info.vocabularySize()).isEqualTo(320);
    assertThat(info.fileType()).isEqualTo("Q8_0");
    assertThat(info.parameters())
        .isEqualTo(2 * 320 * 64 + 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 64 * 160 + 2 * 64) + 64);
    assertThat(model.chatTemplate()).isEmpty();
  }

  private static Request endless(int promptTokens, int maxTokens) {
    int[] prompt = new int[promptTokens];
    for (int i = 0; i < promptTokens; i++) prompt[i] = i * 31 % 320;
    return new Request(prompt, maxTokens, Sampling.GREEDY, List.of(), -1, true);
  }
}
