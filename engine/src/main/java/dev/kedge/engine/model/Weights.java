package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.model.ModelConfig.Family;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tensors of a model by role. Matrices stay in the file's mapping; vectors are copied.
 *
 * @param embedding [vocabulary][width]
 * @param layers block by block
 * @param outputNorm [width]
 * @param output [vocabulary][width], the embedding itself where the file has none
 * @param ropeDivisors one per rotated pair: divides its frequency
 */
public record Weights(
    Matrix embedding, List<Layer> layers, float[] outputNorm, Matrix output, float[] ropeDivisors) {
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * One block. Matrices are [outputs][inputs]; biases are empty where the family has none.
   *
   * @param query [queryWidth][width]
   * @param key [kvWidth][width]
   * @param value [kvWidth][width]
   * @param attentionOutput [width][queryWidth]
   * @param gate [hidden][width]
   * @param up [hidden][width]
   * @param down [width][hidden]
   */
  public record Layer(
      float[] attentionNorm,
      Matrix query,
      Matrix key,
      Matrix value,
      float[] queryBias,
      float[] keyBias,
      float[] valueBias,
      Matrix attentionOutput,
      float[] feedForwardNorm,
      Matrix gate,
      Matrix up,
      Matrix down) {}

  /** Finds every tensor and checks its shape. */
  public static Weights of(GgufFile file, ModelConfig config) {
    Tensors tensors = new Tensors(file);
    Matrix embedding = tensors.matrix("token_embd.weight", 0, config.width());
    Matrix output =
        file.tensor("output.weight").isPresent()
            ? tensors.matrix("output.weight", embedding.rows(), config.width())
            : embedding;
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) layers.add(layer(tensors, "blk." + i + ".", config));
    float[] divisors = new float[config.rotated() / 2];
    Arrays.fill(divisors, 1);
    if (file.tensor("rope_freqs.weight").isPresent()) {
      divisors = tensors.vector("rope_freqs.weight", divisors.length);
      for (float divisor : divisors) {
        if (!(divisor > 0)) {
          throw new FormatException(-1, "rope_freqs.weight holds " + divisor + ", not above 0");
        }
      }
    }
    float[] norm = tensors.vector("output_norm.weight", config.width());
    return new Weights(embedding, List.copyOf(layers), norm, output, divisors);
  }

  private static Layer layer(Tensors tensors, String prefix, ModelConfig config) {
    int width = config.width();
    int queries = config.queryWidth();
    int keys = config.kvWidth();
    boolean biases = config.family() == Family.QWEN2;
    float[] none = {};
    return new Layer(
        tensors.vector(prefix + "attn_norm.weight", width),
        tensors.matrix(prefix + "attn_q.weight", queries, width),
        tensors.matrix(prefix + "attn_k.weight", keys, width),
        tensors.matrix(prefix + "attn_v.weight", keys, width),
        biases ? tensors.vector(prefix + "attn_q.bias", queries) : none,
        biases ? tensors.vector(prefix + "attn_k.bias", keys) : none,
        biases ? tensors.vector(prefix + "attn_v.bias", keys) : none,
        tensors.matrix(prefix + "attn_output.weight", width, queries),
        tensors.vector(prefix + "ffn_norm.weight", width),
        tensors.matrix(prefix + "ffn_gate.weight", config.hidden(), width),
        tensors.matrix(prefix + "ffn_up.weight", config.hidden(), width),
        tensors.matrix(prefix + "ffn_down.weight", width, config.hidden()));
  }

  private record Tensors(GgufFile file) {
    /** A matrix; {@code rows} 0 takes any number. */
    Matrix matrix(String name, int rows, int columns) {
      TensorInfo tensor = file.require(name);
      boolean fits = tensor.shape().length == 2 && tensor.shape()[0] == columns;
      if (!fits || (rows > 0 && tensor.rows() != rows) || tensor.rows() > Integer.MAX_VALUE) {
        throw wrongShape(tensor, "[" + columns + ", " + (rows > 0 ? rows : "vocabulary") + "]");
      }
      return new Matrix(tensor.type(), (int) tensor.rows(), columns, file.data(tensor));
    }

    float[] vector(String name, int length) {
      TensorInfo tensor = file.require(name);
      if (tensor.type() != TensorType.F32 || tensor.elements() != length) {
        throw wrongShape(tensor, "[" + length + "] of type F32");
      }
      return file.data(tensor).toArray(F32);
    }

    private static FormatException wrongShape(TensorInfo tensor, String expected) {
      return new FormatException(
          tensor.offset(),
          "tensor '%s' has shape %s of type %s; %s was expected"
              .formatted(tensor.name(), Arrays.toString(tensor.shape()), tensor.type(), expected));
    }
  }
}
