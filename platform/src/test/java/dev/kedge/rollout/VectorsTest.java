package dev.kedge.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.call.AnswerPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
  private static Vectors of(float[]... values) {
    return new Vectors(List.of(values));
  }

  private static List<AnswerPart> body(String json) {
    return List.of(new AnswerPart.Body(json.getBytes(UTF_8)));
  }

  @Test
  void theLeastCosineOfAllVectorsCounts() {
    Vectors one = of(new float[] {1, 0}, new float[] {3, 4});
    assertThat(one.leastCosine(of(new float[] {7, 0}, new float[] {6, 8})))
        .isEqualTo(1, within(1e-12));
    assertThat(one.leastCosine(of(new float[] {7, 0}, new float[] {4, 3})))
        .isEqualTo(0.96, within(1e-7));
    assertThat(one.leastCosine(of(new float[] {0, 1}, new float[] {6, 8})))
        .isEqualTo(0, within(1e-12));
  }

  @Test
  void vectorsThatCannotBeComparedDoNotAgree() {
    Vectors one = of(new float[] {1, 0});
    assertThat(one.leastCosine(of(new float[] {1, 0}, new float[] {1, 0}))).isEqualTo(-1);
    assertThat(one.leastCosine(of(new float[] {1, 0, 0}))).isEqualTo(-1);
    assertThat(one.leastCosine(of(new float[] {0, 0}))).isEqualTo(-1);
    assertThat(one.leastCosine(of(new float[] {Float.NaN, 0}))).isEqualTo(-1);
  }

  @Test
  void numbersAndBase64AreRead() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    String coded = Base64.getEncoder().encodeToString(bytes.putFloat(0.5f).putFloat(-2).array());
    Vectors numbers = Vectors.of(body("{\"data\":[{\"embedding\":[0.5,-2]}]}")).orElseThrow();
    Vectors coding =
        Vectors.of(body("{\"data\":[{\"embedding\":\"" + coded + "\"}]}")).orElseThrow();
    assertThat(numbers.values().getFirst()).containsExactly(0.5f, -2);
    assertThat(coding.values().getFirst()).containsExactly(0.5f, -2);
    assertThat(Vectors.of(List.of(new AnswerPart.Vector(0, new float[] {1})))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"data\":{}}",
        "{\"data\":[{\"embedding\":7}]}",
        "{\"data\":[{\"embedding\":\"%%%\"}]}",
        "{\"data\":[{}]}"
      })
  void whatIsNoVectorIsNone(String json) {
    assertThat(Vectors.of(body(json))).isEmpty();
  }
}
