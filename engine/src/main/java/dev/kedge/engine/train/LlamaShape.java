package dev.kedge.engine.train;

/**
 * The sizes of a model of the Llama architecture.
 *
 * @param dim length of the residual stream
 * @param layers blocks
 * @param heads query heads; {@code dim / heads} is the (even) head size
 * @param kvHeads key and value heads, a divisor of {@code heads}
 * @param ffn inner length of the feed-forward part
 * @param vocabulary tokens
 * @param context longest sequence in tokens
 */
public record LlamaShape(
    int dim, int layers, int heads, int kvHeads, int ffn, int vocabulary, int context) {
  /** Base of the rotary angles. */
  public static final float ROPE_BASE = 10_000;

  /** Added to the mean square in every norm. */
  public static final float EPSILON = 1e-5f;

  public LlamaShape {
    require(dim > 0 && dim <= 8192, "dim must be 1 to 8192, not " + dim);
    require(layers > 0 && layers <= 256, "layers must be 1 to 256, not " + layers);
    require(heads > 0 && dim % heads == 0, "heads must divide dim: " + heads + ", " + dim);
    require(dim / heads % 2 == 0, "dim / heads must be even, not " + dim / Math.max(1, heads));
    require(kvHeads > 0 && heads % kvHeads == 0, "kv-heads must divide heads: " + kvHeads);
    require(ffn > 0 && ffn <= 65_536, "ffn must be 1 to 65536, not " + ffn);
    require(vocabulary > 1 && vocabulary <= 1 << 20, "vocabulary out of range: " + vocabulary);
    require(context > 1 && context <= 1 << 16, "context must be 2 to 65536, not " + context);
  }

  private static void require(boolean holds, String message) {
    if (!holds) throw new IllegalArgumentException(message);
  }

  /** Length of one attention head. */
  public int headSize() {
    return dim / heads;
  }

  /** Length of the keys (or values) of one token. */
  public int kvDim() {
    return kvHeads * headSize();
  }

  /** Length of a token's queries, keys and values together. */
  public int qkvDim() {
    return dim + 2 * kvDim();
  }
}
