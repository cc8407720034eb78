package dev.kedge.engine.model;

import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import java.lang.foreign.MemorySegment;

/** A plain forward pass in double precision, written from the formulas, without any kernel. */
public final class ReferenceForward {
  private final GgufFile file;
  private final int layers;
  private final int width;
  private final int heads;
  private final int kvHeads;
  private final int size;
  private final boolean qwen;

  public ReferenceForward(GgufFile file) {
    this.file = file;
    Metadata m = file.metadata();
    String a = m.string("general.architecture");
    qwen = a.equals("qwen2");
    layers = (int) m.integer(a + ".block_count");
    width = (int) m.integer(a + ".embedding_length");
    heads = (int) m.integer(a + ".attention.head_count");
    kvHeads = (int) m.integer(a + ".attention.head_count_kv");
    size = width / heads;
  }

  /** Logits at every position. */
  double[][] logits(int[] tokens) {
    String output = file.tensor("output.weight").isPresent() ? "output" : "token_embd";
    double[][] logits = hidden(tokens);
    for (int t = 0; t < logits.length; t++) logits[t] = linear(output, logits[t]);
    return logits;
  }

  /** The last block's output behind the last norm, at every position. */
  public double[][] hidden(int[] tokens) {
    int n = tokens.length;
    double[][] embedding = tensor("token_embd.weight");
    double[][] x = new double[n][];
    for (int t = 0; t < n; t++) x[t] = embedding[tokens[t]].clone();
    for (int l = 0; l < layers; l++) {
      String p = "blk." + l + ".";
      double[][] q = new double[n][];
      double[][] k = new double[n][];
      double[][] v = new double[n][];
      for (int t = 0; t < n; t++) {
        double[] h = norm(x[t], p + "attn_norm.weight");
        q[t] = rotate(linear(p + "attn_q", h), heads, t);
        k[t] = rotate(linear(p + "attn_k", h), kvHeads, t);
        v[t] = linear(p + "attn_v", h);
      }
      for (int t = 0; t < n; t++) {
        add(x[t], linear(p + "attn_output", attend(q[t], k, v, t)));
        double[] h = norm(x[t], p + "ffn_norm.weight");
        double[] gate = linear(p + "ffn_gate", h);
        double[] up = linear(p + "ffn_up", h);
        for (int i = 0; i < gate.length; i++) gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        add(x[t], linear(p + "ffn_down", gate));
      }
    }
    for (int t = 0; t < n; t++) x[t] = norm(x[t], "output_norm.weight");
    return x;
  }

  private double[] attend(double[] q, double[][] k, double[][] v, int t) {
    double[] out = new double[width];
    for (int h = 0; h < heads; h++) {
      int kv = h / (heads / kvHeads) * size;
      double[] weights = new double[t + 1];
      double sum = 0;
      for (int s = 0; s <= t; s++) {
        double dot = 0;
        for (int d = 0; d < size; d++) dot += q[h * size + d] * k[s][kv + d];
        weights[s] = Math.exp(dot / Math.sqrt(size));
        sum += weights[s];
      }
      for (int s = 0; s <= t; s++) {
        for (int d = 0; d < size; d++) out[h * size + d] += weights[s] / sum * v[s][kv + d];
      }
    }
    return out;
  }

  private double[] rotate(double[] x, int count, int position) {
    for (int h = 0; h < count; h++) {
      for (int i = 0; i < size / 2; i++) {
        int a = h * size + (qwen ? i : 2 * i);
        int b = qwen ? a + size / 2 : a + 1;
        double angle = position * Math.pow(10_000, -2.0 * i / size);
        double turned = x[a] * Math.cos(angle) - x[b] * Math.sin(angle);
        x[b] = x[a] * Math.sin(angle) + x[b] * Math.cos(angle);
        x[a] = turned;
      }
    }
    return x;
  }

  private double[] norm(double[] x, String name) {
    double squares = 0;
    for (double value : x) squares += value * value;
    double[] weight = tensor(name)[0];
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++)
      out[i] = x[i] / Math.sqrt(squares / x.length + 1e-5) * weight[i];
    return out;
  }

  private double[] linear(String name, double[] x) {
    double[][] weight = tensor(name + ".weight");
    double[] out = new double[weight.length];
    for (int r = 0; r < out.length; r++) {
      for (int i = 0; i < x.length; i++) out[r] += weight[r][i] * x[i];
    }
    if (file.tensor(name + ".bias").isPresent()) add(out, tensor(name + ".bias")[0]);
    return out;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) x[i] += y[i];
  }

  private double[][] tensor(String name) {
    TensorInfo tensor = file.require(name);
    MemorySegment data = file.data(tensor);
    int columns = (int) tensor.rowLength();
    float[] all = new float[(int) tensor.elements()];
    Dequantizer.dequantize(tensor.type(), data, 0, all, 0, all.length);
    double[][] values = new double[(int) tensor.rows()][columns];
    for (int i = 0; i < all.length; i++) values[i / columns][i % columns] = all[i];
    return values;
  }
}
