package dev.kedge.engine.train;

import dev.kedge.engine.token.BpeVocabulary;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.GgufWriter;
import dev.kedge.engine.weights.Metadata;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes trained weights as a GGUF file of architecture {@code llama}: matrices F16, gains F32, no
 * output matrix (it is the embedding). Rotary pairs are adjacent, as that architecture expects.
 */
final class LlamaFile {
  private final LlamaShape shape;
  private final Layout layout;
  private final float[] weights;

  LlamaFile(Layout layout, float[] weights) {
    this.layout = layout;
    this.shape = layout.shape;
    this.weights = weights;
  }

  FileDigest write(Path target, String name, BpeVocabulary vocabulary) throws IOException {
    GgufWriter out = new GgufWriter(metadata(name, vocabulary));
    int d = shape.dim();
    int wide = shape.qkvDim();
    int ffn = shape.ffn();
    int kv = shape.kvDim();
    out.tensor(
        "token_embd.weight",
        TensorType.F16,
        new long[] {d, shape.vocabulary()},
        MemorySegment.ofArray(half(layout.embedding(), d, shape.vocabulary(), d, 1)));
    for (int l = 0; l < shape.layers(); l++) {
      String block = "blk." + l + ".";
      gain(out, block + "attn_norm.weight", layout.attentionGain(l));
      matrix(out, block + "attn_q.weight", layout.qkv(l), wide, d, d);
      matrix(out, block + "attn_k.weight", layout.qkv(l) + d, wide, d, kv);
      matrix(out, block + "attn_v.weight", layout.qkv(l) + d + kv, wide, d, kv);
      matrix(out, block + "attn_output.weight", layout.output(l), d, d, d);
      gain(out, block + "ffn_norm.weight", layout.ffnGain(l));
      matrix(out, block + "ffn_gate.weight", layout.gateUp(l), 2 * ffn, d, ffn);
      matrix(out, block + "ffn_up.weight", layout.gateUp(l) + ffn, 2 * ffn, d, ffn);
      matrix(out, block + "ffn_down.weight", layout.down(l), d, ffn, d);
    }
    gain(out, "output_norm.weight", layout.finalGain());
    return out.write(target);
  }

  private void gain(GgufWriter out, String name, int from) {
    float[] gain = java.util.Arrays.copyOfRange(weights, from, from + shape.dim());
    out.tensor(name, new long[] {shape.dim()}, gain);
  }

  /* From input × output, rows `stride` apart, to the file's output rows of `in` elements. */
  private void matrix(GgufWriter out, String name, int from, int stride, int in, int rows) {
    byte[] bytes = half(from, 1, rows, in, stride);
    out.tensor(name, TensorType.F16, new long[] {in, rows}, MemorySegment.ofArray(bytes));
  }

  private byte[] half(int from, int rowStride, int rows, int columns, int columnStride) {
    ByteBuffer out = ByteBuffer.allocate(2 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out.putShort(Float.floatToFloat16(weights[from + r * rowStride + c * columnStride]));
      }
    }
    return out.array();
  }

  private Metadata metadata(String name, BpeVocabulary vocabulary) {
    Metadata.Builder metadata = Metadata.builder();
    metadata
        .string("general.architecture", "llama")
        .string("general.type", "model")
        .string("general.name", name)
        .uint32("general.file_type", 1)
        .uint32("llama.vocab_size", shape.vocabulary())
        .uint32("llama.context_length", shape.context())
        .uint32("llama.embedding_length", shape.dim())
        .uint32("llama.block_count", shape.layers())
        .uint32("llama.feed_forward_length", shape.ffn())
        .uint32("llama.rope.dimension_count", shape.headSize())
        .uint32("llama.attention.head_count", shape.heads())
        .uint32("llama.attention.head_count_kv", shape.kvHeads())
        .float32("llama.rope.freq_base", LlamaShape.ROPE_BASE)
        .float32("llama.attention.layer_norm_rms_epsilon", LlamaShape.EPSILON);
    vocabulary.putInto(metadata);
    return metadata.string("tokenizer.chat_template", TrainingData.TEMPLATE).build();
  }
}
