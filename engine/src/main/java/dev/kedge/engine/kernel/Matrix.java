package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * A weight matrix in its file's own layout.
 *
 * @param type how weights are stored
 * @param rows outputs
 * @param columns inputs, the reduced dimension
 * @param data row after row
 */
public record Matrix(TensorType type, int rows, int columns, MemorySegment data) {
  public Matrix {
    if (rows < 1 || columns < 1 || columns % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "a " + type + " matrix cannot have " + rows + " rows of " + columns);
    }
    if (data.byteSize() != type.bytes((long) rows * columns)) {
      throw new IllegalArgumentException(
          rows + " rows of " + columns + " " + type + " do not fill " + data.byteSize() + " bytes");
    }
  }

  /** Bytes from one row to the next. */
  public long rowBytes() {
    return type.bytes(columns);
  }

  /** Whether products read activations as 8-bit integers. */
  public boolean quantized() {
    return type.blockSize() > 1;
  }
}
