package dev.kedge.rollout;

import dev.kedge.call.AnswerPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The vectors of an answer, in the order of the texts.
 *
 * @param values per text
 */
public record Vectors(List<float[]> values) {
  private static final JsonMapper JSON = new JsonMapper();

  public Vectors {
    values = List.copyOf(values);
  }

  /** Reads an answer; empty where it holds no vectors, or what is no vector. */
  public static Optional<Vectors> of(List<AnswerPart> parts) {
    List<float[]> values = new ArrayList<>();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Vector vector) values.add(vector.values());
      if (part instanceof AnswerPart.Body body && !read(body.bytes(), values)) {
        return Optional.empty();
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(new Vectors(values));
  }

  private static boolean read(byte[] body, List<float[]> to) {
    try {
      for (JsonNode one : JSON.readTree(body).path("data")) {
        JsonNode vector = one.path("embedding");
        if (vector.isString()) to.add(decoded(vector.stringValue()));
        else if (vector.isArray()) to.add(numbers(vector));
        else return false;
      }
      return true;
    } catch (JacksonException | IllegalArgumentException e) {
      return false;
    }
  }

  private static float[] decoded(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static float[] numbers(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) values[i] = array.get(i).floatValue(Float.NaN);
    return values;
  }

  /**
   * The least cosine of two vectors of the same text, from -1 to 1; -1 where there are not as many,
   * they are not as long, or one is nothing but zeros or no number.
   */
  public double leastCosine(Vectors other) {
    if (values.size() != other.values.size()) return -1;
    double least = 1;
    for (int i = 0; i < values.size(); i++) {
      least = Math.min(least, cosine(values.get(i), other.values.get(i)));
    }
    return least;
  }

  private static double cosine(float[] one, float[] other) {
    if (one.length != other.length) return -1;
    double product = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      first += (double) one[i] * one[i];
      second += (double) other[i] * other[i];
    }
    double cosine = product / Math.sqrt(first * second);
    return Double.isNaN(cosine) ? -1 : cosine;
  }
}
