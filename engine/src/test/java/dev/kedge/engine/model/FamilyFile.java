package dev.kedge.engine.model;

import dev.kedge.engine.quantize.Quantizer;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes a small GGUF file of any family with random weights: matrices as floats, then stored as
 * asked, so that files of different types hold nearly the same model.
 *
 * @param type of the matrices
 * @param experts 0 for none
 * @param merged whether the experts of a block stand in one tensor
 * @param ropeDivisors empty for none
 * @param extra further metadata, without the architecture's prefix where it begins with a dot
 */
public record FamilyFile(
    String architecture,
    int heads,
    int kvHeads,
    int headSize,
    TensorType type,
    boolean tied,
    int experts,
    boolean merged,
    float[] ropeDivisors,
    Metadata extra) {
  public static final int LAYERS = 2;
  public static final int VOCABULARY = 320;
  private static final int WIDTH = 256;
  private static final int HIDDEN = 512;
  private static final int CONTEXT = 256;

  /** Two blocks of 256, four heads over two, 320 tokens. */
  public static FamilyFile of(String architecture, TensorType type) {
    Metadata none = Metadata.builder().build();
    return new FamilyFile(architecture, 4, 2, 64, type, false, 0, true, new float[0], none);
  }

  public FamilyFile withTied() {
    return new FamilyFile(
        architecture, heads, kvHeads, headSize, type, true, experts, merged, ropeDivisors, extra);
  }

  public FamilyFile withHeads(int queries, int keys) {
    return new FamilyFile(
        architecture, queries, keys, headSize, type, tied, experts, merged, ropeDivisors, extra);
  }

  public FamilyFile withHeadSize(int size) {
    return new FamilyFile(
        architecture, heads, kvHeads, size, type, tied, experts, merged, ropeDivisors, extra);
  }

  public FamilyFile withExperts(int count, boolean inOneTensor) {
    return new FamilyFile(
        architecture,
        heads,
        kvHeads,
        headSize,
        type,
        tied,
        count,
        inOneTensor,
        ropeDivisors,
        extra);
  }

  public FamilyFile withRope(float[] divisors, Metadata more) {
    return new FamilyFile(
        architecture, heads, kvHeads, headSize, type, tied, experts, merged, divisors, more);
  }

  public Path write(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(41);
    GgufWriter out = new GgufWriter(metadata());
    int queries = heads * headSize;
    int keys = kvHeads * headSize;
    matrix(out, random, "token_embd.weight", WIDTH, VOCABULARY);
    if (ropeDivisors.length > 0) {
      out.tensor("rope_freqs.weight", new long[] {ropeDivisors.length}, ropeDivisors);
    }
    for (int l = 0; l < LAYERS; l++) {
      String block = "blk." + l + ".";
      vector(out, random, block + "attn_norm.weight", WIDTH, 1);
      matrix(out, random, block + "attn_q.weight", WIDTH, queries);
      matrix(out, random, block + "attn_k.weight", WIDTH, keys);
      matrix(out, random, block + "attn_v.weight", WIDTH, keys);
      if (architecture.equals("qwen2")) {
        vector(out, random, block + "attn_q.bias", queries, 0);
        vector(out, random, block + "attn_k.bias", keys, 0);
        vector(out, random, block + "attn_v.bias", keys, 0);
      }
      if (architecture.equals("qwen3")) {
        vector(out, random, block + "attn_q_norm.weight", headSize, 1);
        vector(out, random, block + "attn_k_norm.weight", headSize, 1);
      }
      matrix(out, random, block + "attn_output.weight", queries, WIDTH);
      vector(out, random, block + "ffn_norm.weight", WIDTH, 1);
      feedForward(out, random, block);
    }
    vector(out, random, "output_norm.weight", WIDTH, 1);
    if (!tied) matrix(out, random, "output.weight", WIDTH, VOCABULARY);
    out.write(file);
    return file;
  }

  private void feedForward(GgufWriter out, SplittableRandom random, String block) {
    if (experts == 0) {
      matrix(out, random, block + "ffn_gate.weight", WIDTH, HIDDEN);
      matrix(out, random, block + "ffn_up.weight", WIDTH, HIDDEN);
      matrix(out, random, block + "ffn_down.weight", HIDDEN, WIDTH);
      return;
    }
    float[] router = values(random, WIDTH * experts, 0, 3 / Math.sqrt(WIDTH));
    out.tensor(block + "ffn_gate_inp.weight", new long[] {WIDTH, experts}, router);
    if (merged) {
      matrix(out, random, block + "ffn_gate_exps.weight", WIDTH, HIDDEN, experts);
      matrix(out, random, block + "ffn_up_exps.weight", WIDTH, HIDDEN, experts);
      matrix(out, random, block + "ffn_down_exps.weight", HIDDEN, WIDTH, experts);
      return;
    }
    for (String role : new String[] {"ffn_gate.", "ffn_up.", "ffn_down."}) {
      for (int e = 0; e < experts; e++) {
        boolean down = role.equals("ffn_down.");
        String name = block + role + e + ".weight";
        matrix(out, random, name, down ? HIDDEN : WIDTH, down ? WIDTH : HIDDEN);
      }
    }
  }

  private Metadata metadata() {
    String key = architecture + ".";
    RandomModel vocabulary =
        new RandomModel(
            architecture,
            LAYERS,
            WIDTH,
            HIDDEN,
            heads,
            kvHeads,
            VOCABULARY,
            CONTEXT,
            type,
            tied,
            1);
    Metadata.Builder metadata =
        vocabulary
            .metadata()
            .uint32(key + "vocab_size", VOCABULARY)
            .uint32(key + "attention.key_length", headSize)
            .uint32(key + "attention.value_length", headSize)
            .uint32(key + "rope.dimension_count", headSize);
    if (experts > 0) {
      metadata.uint32(key + "expert_count", experts).uint32(key + "expert_used_count", 2);
    }
    for (String name : extra.keys()) {
      String full = name.startsWith(".") ? architecture + name : name;
      metadata.put(full, extra.get(name).orElseThrow());
    }
    return metadata.build();
  }

  private static void vector(
      GgufWriter out, SplittableRandom random, String name, int length, float mean) {
    out.tensor(name, new long[] {length}, values(random, length, mean, 0.2));
  }

  private void matrix(
      GgufWriter out, SplittableRandom random, String name, int columns, int... rows) {
    int count = columns;
    for (int dimension : rows) count *= dimension;
    long[] shape = new long[rows.length + 1];
    shape[0] = columns;
    for (int i = 0; i < rows.length; i++) shape[i + 1] = rows[i];
    float[] values = values(random, count, 0, 1.5 / Math.sqrt(columns));
    byte[] bytes = new byte[(int) type.bytes(count)];
    MemorySegment data = MemorySegment.ofArray(bytes);
    new Quantizer(type, name).quantize(values, 0, count, data, 0, 0);
    out.tensor(name, type, shape, data);
  }

  private static float[] values(SplittableRandom random, int count, float mean, double spread) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = (float) (mean + spread * random.nextGaussian());
    return values;
  }
}
