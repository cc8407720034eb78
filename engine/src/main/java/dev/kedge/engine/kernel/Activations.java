package dev.kedge.engine.kernel;

/**
 * One vector per token, with room for the 8-bit form that quantized weights are multiplied with:
 * per block of 32, value ≈ scale · quant with |quant| ≤ 127.
 *
 * <p>Not thread-safe; different threads may write different tokens.
 */
public final class Activations {
  static final int BLOCK = 32;

  final float[] values;
  final short[] quants;
  /* The quants of a block as Q4_0 pairs them in a byte: 0, 16, 1, 17, … */
  final short[] pairs;
  final float[] scales;
  final int[] sums;
  private final int width;

  /** Room for {@code tokens} vectors of {@code width} values. */
  public Activations(int tokens, int width) {
    int blocks = (width + BLOCK - 1) / BLOCK;
    this.width = width;
    this.values = new float[Math.multiplyExact(tokens, width)];
    this.quants = new short[Math.multiplyExact(tokens, blocks * BLOCK)];
    this.pairs = new short[quants.length];
    this.scales = new float[tokens * blocks];
    this.sums = new int[tokens * blocks];
  }

  /** The values, token after token. */
  public float[] values() {
    return values;
  }

  /** Values of one token. */
  public int width() {
    return width;
  }

  int blocks() {
    return (width + BLOCK - 1) / BLOCK;
  }
}
