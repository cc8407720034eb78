package dev.kedge.engine.model;

import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plain forward pass in double precision, written from the formulas, without any kernel. */
public final class ReferenceForward {
  private static final Pattern EXPERT = Pattern.compile("(.*)\\.(\\d+)\\.weight");

  private final GgufFile file;
  private final Map<String, double[][]> cache = new HashMap<>();
  private final int layers;
  private final int width;
  private final int heads;
  private final int kvHeads;
  private final int size;
  private final int experts;
  private final int window;
  private final boolean halves;
  private final String architecture;

  public ReferenceForward(GgufFile file) {
    this(file, file.metadata().string("general.architecture").startsWith("qwen"));
  }

  /**
   * @param halves whether rotation pairs the halves of a head, else neighbours
   */
  public ReferenceForward(GgufFile file, boolean halves) {
    this.file = file;
    this.halves = halves;
    Metadata m = file.metadata();
    architecture = m.string("general.architecture");
    String a = architecture;
    layers = (int) m.integer(a + ".block_count");
    width = (int) m.integer(a + ".embedding_length");
    heads = (int) m.integer(a + ".attention.head_count");
    kvHeads = (int) m.integer(a + ".attention.head_count_kv");
    size = (int) m.integer(a + ".attention.key_length", width / heads);
    experts = (int) m.integer(a + ".expert_count", 0);
    window = (int) m.integer(a + ".attention.sliding_window", 0);
  }

  /** Logits at every position. */
  public double[][] logits(int[] tokens) {
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
        q[t] = rotate(normHeads(linear(p + "attn_q", h), p + "attn_q_norm.weight"), heads, t);
        double[] keys = normHeads(linear(p + "attn_k", h), p + "attn_k_norm.weight");
        k[t] = kept(rotate(keys, kvHeads, t));
        v[t] = kept(linear(p + "attn_v", h));
      }
      for (int t = 0; t < n; t++) {
        add(x[t], linear(p + "attn_output", attend(q[t], k, v, t)));
        double[] h = norm(x[t], p + "ffn_norm.weight");
        add(x[t], experts == 0 ? dense(p, "", h) : mixture(p, h));
      }
    }
    for (int t = 0; t < n; t++) x[t] = norm(x[t], "output_norm.weight");
    return x;
  }

  /* Part e of the experts, or the only one. */
  private double[] dense(String p, String e, double[] h) {
    double[] gate = linear(p + "ffn_gate" + e, h);
    double[] up = linear(p + "ffn_up" + e, h);
    for (int i = 0; i < gate.length; i++) gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    return linear(p + "ffn_down" + e, gate);
  }

  private double[] mixture(String p, double[] h) {
    double[] ratings = linear(p + "ffn_gate_inp", h);
    int first = 0;
    for (int e = 1; e < experts; e++) if (ratings[e] > ratings[first]) first = e;
    int second = first == 0 ? 1 : 0;
    for (int e = 0; e < experts; e++) {
      if (e != first && ratings[e] > ratings[second]) second = e;
    }
    double share = 1 / (1 + Math.exp(ratings[second] - ratings[first]));
    double[] a = dense(p, "." + first, h);
    double[] b = dense(p, "." + second, h);
    for (int i = 0; i < a.length; i++) a[i] = share * a[i] + (1 - share) * b[i];
    return a;
  }

  private double[] normHeads(double[] x, String name) {
    if (file.tensor(name).isEmpty()) return x;
    double[] out = new double[x.length];
    for (int at = 0; at < x.length; at += size) {
      double[] head = norm(Arrays.copyOfRange(x, at, at + size), name);
      System.arraycopy(head, 0, out, at, size);
    }
    return out;
  }

  /* The cache keeps halves. */
  private static double[] kept(double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.float16ToFloat(Float.floatToFloat16((float) x[i]));
    }
    return x;
  }

  private double[] attend(double[] q, double[][] k, double[][] v, int t) {
    double[] out = new double[heads * size];
    int from = window == 0 ? 0 : Math.max(0, t + 1 - window);
    for (int h = 0; h < heads; h++) {
      int kv = h / (heads / kvHeads) * size;
      double[] weights = new double[t + 1];
      double sum = 0;
      for (int s = from; s <= t; s++) {
        double dot = 0;
        for (int d = 0; d < size; d++) dot += q[h * size + d] * k[s][kv + d];
        weights[s] = Math.exp(dot / Math.sqrt(size));
        sum += weights[s];
      }
      for (int s = from; s <= t; s++) {
        for (int d = 0; d < size; d++) out[h * size + d] += weights[s] / sum * v[s][kv + d];
      }
    }
    return out;
  }

  private double[] rotate(double[] x, int count, int position) {
    double magnitude = magnitude();
    for (int h = 0; h < count; h++) {
      for (int i = 0; i < size / 2; i++) {
        int a = h * size + (halves ? i : 2 * i);
        int b = halves ? a + size / 2 : a + 1;
        double angle = position * frequency(i);
        double turned = magnitude * (x[a] * Math.cos(angle) - x[b] * Math.sin(angle));
        x[b] = magnitude * (x[a] * Math.sin(angle) + x[b] * Math.cos(angle));
        x[a] = turned;
      }
    }
    return x;
  }

  private boolean yarn() {
    return file.metadata().string(architecture + ".rope.scaling.type", "none").equals("yarn");
  }

  private double factor() {
    return file.metadata().decimal(architecture + ".rope.scaling.factor", 1);
  }

  private double magnitude() {
    return yarn() ? 0.1 * Math.log(factor()) + 1 : 1;
  }

  /* YaRN as in the paper: by how often pair i turns within the original length, 32 to 1 times. */
  private double frequency(int i) {
    double frequency = Math.pow(10_000, -2.0 * i / size);
    if (file.tensor("rope_freqs.weight").isPresent()) {
      frequency /= tensor("rope_freqs.weight")[0][i];
    }
    if (!yarn()) return frequency / factor();
    double original =
        file.metadata().integer(architecture + ".rope.scaling.original_context_length");
    double first = size * Math.log(original / (32 * 2 * Math.PI)) / (2 * Math.log(10_000));
    double last = size * Math.log(original / (2 * Math.PI)) / (2 * Math.log(10_000));
    double low = Math.max(0, Math.floor(first));
    double high = Math.min(size - 1, Math.ceil(last));
    double divided = Math.clamp((i - low) / (high - low), 0, 1);
    return frequency * (1 - divided) + frequency / factor() * divided;
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

  /* "blk.0.ffn_up.3.weight" may stand as part 3 of "blk.0.ffn_up_exps.weight". */
  private double[][] tensor(String name) {
    Matcher expert = EXPERT.matcher(name);
    if (file.tensor(name).isEmpty() && expert.matches()) {
      double[][] all = tensor(expert.group(1) + "_exps.weight");
      int rows = all.length / experts;
      int e = Integer.parseInt(expert.group(2));
      return Arrays.copyOfRange(all, e * rows, (e + 1) * rows);
    }
    return cache.computeIfAbsent(name, this::read);
  }

  private double[][] read(String name) {
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
