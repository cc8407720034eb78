package dev.kedge.engine.weights;

/**
 * How {@link ModelQuantizer} works.
 *
 * @param type {@link TensorType#Q4_0} or {@link TensorType#Q8_0}
 * @param pure every matrix gets {@code type}; otherwise Q4_0 leaves the token embedding and the
 *     output matrix at Q8_0, where four bits cost the most accuracy
 * @param requantize accept matrices that are already quantized to another type, although both
 *     errors add up
 * @param force replace an existing output
 * @param threads that convert at the same time; without influence on the output
 * @param version of Kedge, for the build log
 */
public record QuantizeOptions(
    TensorType type, boolean pure, boolean requantize, boolean force, int threads, String version) {
  public QuantizeOptions {
    if (type != TensorType.Q4_0 && type != TensorType.Q8_0) {
      throw new IllegalArgumentException("the target type must be Q4_0 or Q8_0, not " + type);
    }
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
  }

  /** One thread, nothing replaced, nothing requantized. */
  public static QuantizeOptions to(TensorType type, String version) {
    return new QuantizeOptions(type, false, false, false, 1, version);
  }

  /** The same with {@code threads}. */
  public QuantizeOptions withThreads(int threads) {
    return new QuantizeOptions(type, pure, requantize, force, threads, version);
  }

  /** The same with {@code pure}. */
  public QuantizeOptions withPure(boolean pure) {
    return new QuantizeOptions(type, pure, requantize, force, threads, version);
  }

  /** The same with {@code requantize}. */
  public QuantizeOptions withRequantize(boolean requantize) {
    return new QuantizeOptions(type, pure, requantize, force, threads, version);
  }

  /** The same with {@code force}. */
  public QuantizeOptions withForce(boolean force) {
    return new QuantizeOptions(type, pure, requantize, force, threads, version);
  }
}
