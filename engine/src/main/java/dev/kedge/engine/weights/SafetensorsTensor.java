package dev.kedge.engine.weights;

/**
 * One tensor of a safetensors file.
 *
 * @param name e.g. {@code model.layers.0.self_attn.q_proj.weight}
 * @param type how elements are stored
 * @param shape row-major order, the opposite of GGUF: the last dimension is the length of a
 *     contiguous row. Empty for a single number; a dimension may be 0
 * @param offset of the first byte from the start of the file; not aligned
 * @param bytes length of the data
 */
public record SafetensorsTensor(
    String name, SafetensorsType type, long[] shape, long offset, long bytes) {
  /** The product of the shape. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) elements *= dimension; // the parser checked the product
    return elements;
  }
}
