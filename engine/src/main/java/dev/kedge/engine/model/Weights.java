package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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

  private static final float[] NONE = {};

  /**
   * One block. Matrices are [outputs][inputs]; biases are empty where the file has none.
   *
   * @param query [queryWidth][width]
   * @param key [kvWidth][width]
   * @param value [kvWidth][width]
   * @param queryNorm [headSize] for every query head; empty where the family has none
   * @param keyNorm [headSize] for every key head; likewise
   * @param attentionOutput [width][queryWidth]
   */
  public record Layer(
      float[] attentionNorm,
      Matrix query,
      Matrix key,
      Matrix value,
      float[] queryBias,
      float[] keyBias,
      float[] valueBias,
      float[] queryNorm,
      float[] keyNorm,
      Matrix attentionOutput,
      float[] feedForwardNorm,
      FeedForward feedForward) {
    private Stream<Matrix> products() {
      return Stream.concat(
          Stream.of(query, key, value, attentionOutput),
          Stream.concat(feedForward.readingInput(), feedForward.readingHidden()));
    }
  }

  /** All matrices that products are made with. */
  public List<Matrix> products() {
    return Stream.concat(Stream.of(output), layers.stream().flatMap(Layer::products)).toList();
  }

  /** A sum over the matrices that one token meets: of experts, the share that is chosen. */
  public double perToken(ModelConfig config, ToLongFunction<Matrix> size) {
    double all = products().stream().mapToLong(size).sum();
    if (config.experts() == 0) return all;
    double experts =
        layers.stream()
            .flatMap(layer -> layer.feedForward().chosenAmong())
            .flatMap(expert -> Stream.of(expert.gate(), expert.up(), expert.down()))
            .mapToLong(size)
            .sum();
    return all - experts * (1 - (double) config.expertsUsed() / config.experts());
  }

  /** Finds every tensor and checks its shape. */
  public static Weights of(GgufFile file, ModelConfig config) {
    return of(file, config, UnaryOperator.identity());
  }

  /**
   * The same with every matrix that products are made with exchanged for its prepared form; an
   * embedding of which only rows are read stays as it is.
   */
  static Weights of(GgufFile file, ModelConfig config, UnaryOperator<Matrix> prepared) {
    Tensors tensors = new Tensors(file, new HashSet<>(), prepared);
    Matrix embedding = tensors.plain("token_embd.weight", 0, config.width());
    Matrix output =
        file.tensor("output.weight").isPresent()
            ? tensors.matrix("output.weight", embedding.rows(), config.width())
            : prepared.apply(embedding);
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
    tensors.refuseOthers(config);
    return new Weights(embedding, List.copyOf(layers), norm, output, divisors);
  }

  private static Layer layer(Tensors tensors, String prefix, ModelConfig config) {
    int width = config.width();
    int queries = config.queryWidth();
    int keys = config.kvWidth();
    int head = config.headSize();
    boolean biases = config.family().biases();
    boolean norms = config.family().headNorms();
    return new Layer(
        tensors.vector(prefix + "attn_norm.weight", width),
        tensors.matrix(prefix + "attn_q.weight", queries, width),
        tensors.matrix(prefix + "attn_k.weight", keys, width),
        tensors.matrix(prefix + "attn_v.weight", keys, width),
        tensors.vector(prefix + "attn_q.bias", queries, biases),
        tensors.vector(prefix + "attn_k.bias", keys, biases),
        tensors.vector(prefix + "attn_v.bias", keys, biases),
        norms ? tensors.vector(prefix + "attn_q_norm.weight", head) : NONE,
        norms ? tensors.vector(prefix + "attn_k_norm.weight", head) : NONE,
        tensors.matrix(prefix + "attn_output.weight", width, queries),
        tensors.vector(prefix + "ffn_norm.weight", width),
        config.experts() == 0
            ? new FeedForward.Dense(
                tensors.matrix(prefix + "ffn_gate.weight", config.hidden(), width),
                tensors.matrix(prefix + "ffn_up.weight", config.hidden(), width),
                tensors.matrix(prefix + "ffn_down.weight", width, config.hidden()))
            : mixture(tensors, prefix, config));
  }

  private static FeedForward mixture(Tensors tensors, String prefix, ModelConfig config) {
    Matrix router =
        tensors.matrix(prefix + "ffn_gate_inp.weight", config.experts(), config.width());
    List<FeedForward.Dense> experts = new ArrayList<>();
    for (int e = 0; e < config.experts(); e++) {
      experts.add(
          new FeedForward.Dense(
              tensors.expert(prefix, "ffn_gate", e, config.hidden(), config.width(), config),
              tensors.expert(prefix, "ffn_up", e, config.hidden(), config.width(), config),
              tensors.expert(prefix, "ffn_down", e, config.width(), config.hidden(), config)));
    }
    return new FeedForward.Mixture(router, experts);
  }

  /* Finds tensors and remembers which were asked for. */
  private record Tensors(GgufFile file, Set<String> asked, UnaryOperator<Matrix> prepared) {
    private TensorInfo require(String name) {
      asked.add(name);
      return file.require(name);
    }

    /** A tensor that nobody asked for would be left out of the arithmetic without a word. */
    void refuseOthers(ModelConfig config) {
      for (TensorInfo tensor : file.tensors()) {
        String name = tensor.name();
        boolean known = asked.contains(name) || name.endsWith(".attn_rot_embd.weight");
        if (!known) {
          throw new FormatException(
              tensor.offset(),
              "tensor '%s' has no place in a model of family %s with %d blocks"
                  .formatted(name, config.family().architecture(), config.layers()));
        }
      }
    }

    /** One expert's matrix: a part of the tensor of all of them, or in older files its own. */
    Matrix expert(String prefix, String role, int e, int rows, int columns, ModelConfig config) {
      String merged = prefix + role + "_exps.weight";
      if (file.tensor(merged).isEmpty()) {
        return matrix(prefix + role + "." + e + ".weight", rows, columns);
      }
      TensorInfo all = require(merged);
      long[] expected = {columns, rows, config.experts()};
      if (!Arrays.equals(all.shape(), expected)) throw wrongShape(all, Arrays.toString(expected));
      long bytes = all.type().bytes((long) rows * columns);
      return prepared.apply(
          new Matrix(all.type(), rows, columns, file.data(all).asSlice(e * bytes, bytes)));
    }

    Matrix matrix(String name, int rows, int columns) {
      return prepared.apply(plain(name, rows, columns));
    }

    /** A matrix; {@code rows} 0 takes any number. */
    Matrix plain(String name, int rows, int columns) {
      TensorInfo tensor = require(name);
      boolean fits = tensor.shape().length == 2 && tensor.shape()[0] == columns;
      if (!fits || (rows > 0 && tensor.rows() != rows) || tensor.rows() > Integer.MAX_VALUE) {
        throw wrongShape(tensor, "[" + columns + ", " + (rows > 0 ? rows : "vocabulary") + "]");
      }
      return new Matrix(tensor.type(), (int) tensor.rows(), columns, file.data(tensor));
    }

    float[] vector(String name, int length) {
      TensorInfo tensor = require(name);
      if (tensor.type() != TensorType.F32 || tensor.elements() != length) {
        throw wrongShape(tensor, "[" + length + "] of type F32");
      }
      return file.data(tensor).toArray(F32);
    }

    /** The same; empty where it is missing and not required. */
    float[] vector(String name, int length, boolean required) {
      return required || file.tensor(name).isPresent() ? vector(name, length) : NONE;
    }

    private static FormatException wrongShape(TensorInfo tensor, String expected) {
      return new FormatException(
          tensor.offset(),
          "tensor '%s' has shape %s of type %s; %s was expected"
              .formatted(tensor.name(), Arrays.toString(tensor.shape()), tensor.type(), expected));
    }
  }
}
