package dev.kedge.call;

import java.util.List;
import java.util.OptionalInt;

/**
 * Vectors of texts are asked for.
 *
 * @param inputs at least one
 * @param dimensions how many numbers of each vector are wanted, where the client says
 * @param base64 whether vectors are sent as base64 of little-endian floats
 */
public record EmbeddingRequest(
    String model, List<TextInput> inputs, OptionalInt dimensions, boolean base64, Source source)
    implements ApiRequest {
  public EmbeddingRequest {
    inputs = List.copyOf(inputs);
  }

  @Override
  public boolean stream() {
    return false;
  }

  @Override
  public EmbeddingRequest withModel(String name) {
    return new EmbeddingRequest(name, inputs, dimensions, base64, source);
  }
}
