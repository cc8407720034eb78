package dev.kedge.engine.quantize;

import dev.kedge.engine.weights.FileType;

/**
 * How {@link ModelQuantizer} works.
 *
 * @param type a quantized one
 * @param pure every matrix gets the main type; otherwise Q4_0 leaves the token embedding and the
 *     output matrix at Q8_0, and the M types mix, because there few bits cost the most accuracy
 * @param requantize accept matrices that are already quantized to another type, although both
 *     errors add up
 * @param force replace an existing output
 * @param threads that convert at the same time; without influence on the output
 * @param version of Kedge, for the build log
 */
public record QuantizeOptions(
    FileType type, boolean pure, boolean requantize, boolean force, int threads, String version) {
  public QuantizeOptions {
    if (!type.quantized()) throw new IllegalArgumentException(type + " is no quantized type");
    if (threads < 1) throw new IllegalArgumentException("threads must be at least 1: " + threads);
  }

  /** One thread, nothing replaced, nothing requantized. */
  public static QuantizeOptions to(FileType type, String version) {
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
