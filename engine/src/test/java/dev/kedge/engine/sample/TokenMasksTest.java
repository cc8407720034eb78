package dev.kedge.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.grammar.Constraints;
import dev.kedge.engine.grammar.State;
import dev.kedge.engine.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenMasksTest {
  private static final Tokenizer TOKENIZER = SmallVocabulary.tokenizer();
  private static final TokenMasks MASKS = new TokenMasks(TOKENIZER);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"object\"}",
        "{\"type\":\"string\",\"minLength\":2,\"maxLength\":9}",
        "{\"type\":\"string\",\"minLength\":700}",
        "{\"anyOf\":[{\"type\":\"string\",\"maxLength\":3},{\"enum\":[\"name\",\"count\"]},{\"pattern\":\"ty\"}]}",
        "{\"type\":\"object\",\"properties\":{\"na\":{\"type\":\"string\",\"pattern\":\"^c\"},\"name\":{\"type\":\"integer\"}},"
            + "\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":4}}}",
      })
  void aMaskHoldsExactlyTheTokensWhoseBytesMayFollow(String schema) {
    State start = Constraints.jsonSchema(schema).start();
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      State state = start;
      for (int step = 0; step < 30 && !state.finished(); step++) {
        BitSet mask = MASKS.after(MASKS.key(state));
        for (int token = 0; token < TOKENIZER.vocabularySize(); token++) {
          assertThat(mask.get(token)).as("token %d", token).isEqualTo(mayFollow(state, token));
        }
        int chosen = mask.nextSetBit(random.nextInt(TOKENIZER.vocabularySize()));
        state = MASKS.after(state, chosen < 0 ? mask.nextSetBit(0) : chosen);
      }
    }
  }

  private static boolean mayFollow(State state, int token) {
    if (TOKENIZER.isEndOfGeneration(token)) return state.complete();
    byte[] bytes = TOKENIZER.bytes(token);
    return bytes.length > 0 && !state.after(bytes).dead();
  }

  @Test
  void longStringsShareTheirMasksUntilTheirEndIsNear() {
    State start = Constraints.jsonSchema("{\"type\":\"string\",\"maxLength\":100000}").start();
    State one = start.after("\"abc".getBytes(StandardCharsets.UTF_8));
    State other = one.after("x".repeat(5000).getBytes(StandardCharsets.UTF_8));
    assertThat(other).isNotEqualTo(one);
    assertThat(MASKS.key(other)).isEqualTo(MASKS.key(one));
  }
}
