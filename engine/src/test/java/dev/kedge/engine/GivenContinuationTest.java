package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How probable a model finds a text that it did not choose. */
@Timeout(60)
class GivenContinuationTest {
  private static final int[] PROMPT = {3, 7, 9, 4};

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

  private static List<TokenLogprob> read(Generation generation) throws InterruptedException {
    List<TokenLogprob> scores = new ArrayList<>();
    while (true) {
      switch (generation.next()) {
        case TokenEvent.Token token -> scores.add(token.logprob().orElseThrow());
        case TokenEvent.End end -> {
          assertThat(end.reason()).isEqualTo(FinishReason.LENGTH);
          return scores;
        }
      }
    }
  }

  @Test
  void whatTheModelWouldSayItselfIsScoredAsItWasDrawn() throws InterruptedException {
    try (Engine engine = Engine.start(model, EngineOptions.defaults())) {
      List<TokenLogprob> drawn =
          read(engine.submit(new Request(PROMPT, 12, Sampling.GREEDY, List.of(), 0, true)));
      int[] tokens = drawn.stream().mapToInt(TokenLogprob::token).toArray();
      assertThat(read(engine.submitGiven(PROMPT, tokens))).isEqualTo(drawn);
    }
  }

  @Test
  void anyOtherTokenHasTheProbabilityThatTheListOfTheBestShows() throws InterruptedException {
    try (Engine engine = Engine.start(model, EngineOptions.defaults())) {
      TokenLogprob first =
          read(engine.submit(new Request(PROMPT, 1, Sampling.GREEDY, List.of(), 5, true)))
              .getFirst();
      assertThat(first.top()).hasSize(5);
      for (TokenLogprob.Candidate candidate : first.top()) {
        TokenLogprob given =
            read(engine.submitGiven(PROMPT, new int[] {candidate.token()})).getFirst();
        assertThat(given.token()).isEqualTo(candidate.token());
        assertThat(given.logprob()).isEqualTo(candidate.logprob());
      }
    }
  }

  @Test
  void aTextThatDoesNotFitIsRefused() {
    try (Engine engine = Engine.start(model, EngineOptions.defaults())) {
      int[] tooLong = new int[engine.contextLength()];
      assertThatThrownBy(() -> engine.submitGiven(PROMPT, tooLong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fit");
      assertThatThrownBy(() -> engine.submitGiven(PROMPT, new int[0]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> engine.submitGiven(PROMPT, new int[] {1 << 30}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
