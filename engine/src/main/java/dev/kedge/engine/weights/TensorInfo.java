package dev.kedge.engine.weights;

/**
 * One entry of a GGUF file's tensor directory.
 *
 * @param name e.g. {@code blk.0.attn_q.weight}
 * @param type how elements are stored
 * @param shape GGUF order, 1 to 4 dimensions, each at least 1: {@code shape[0]} is the length of a
 *     contiguous row (the reduced dimension of a matrix product), {@code shape[1]} the number of
 *     rows
 * @param offset of the first byte from the start of the file
 * @param bytes length of the data
 */
public record TensorInfo(String name, TensorType type, long[] shape, long offset, long bytes) {
  /** Elements in a row. */
  public long rowLength() {
    return shape[0];
  }

  /** All elements divided by the row length. */
  public long rows() {
    return elements() / shape[0];
  }

  /** The product of the shape. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) elements = Math.multiplyExact(elements, dimension);
    return elements;
  }
}
