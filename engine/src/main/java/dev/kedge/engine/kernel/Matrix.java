package dev.kedge.engine.kernel;

import dev.kedge.engine.weights.TensorType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix in its file's own layout and, where it was prepared, in the packed one as well.
 *
 * @param type how weights are stored
 * @param rows outputs
 * @param columns inputs, the reduced dimension
 * @param data row after row
 * @param packed the same weights as {@link Packer} gives them, in native memory
 */
public record Matrix(
    TensorType type, int rows, int columns, MemorySegment data, @Nullable MemorySegment packed) {
  public Matrix {
    if (rows < 1 || columns < 1 || columns % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "a " + type + " matrix cannot have " + rows + " rows of " + columns);
    }
    if (data.byteSize() != type.bytes((long) rows * columns)) {
      throw new IllegalArgumentException(
          rows + " rows of " + columns + " " + type + " do not fill " + data.byteSize() + " bytes");
    }
    // Kernels read packed weights without bounds checks: this is the check.
    if (packed != null
        && !(packed.isNative() && packed.byteSize() == PackedLayout.bytes(type, rows, columns))) {
      throw new IllegalArgumentException(
          rows
              + " packed rows of "
              + columns
              + " "
              + type
              + " do not fill "
              + packed.byteSize()
              + " bytes of native memory");
    }
  }

  public Matrix(TensorType type, int rows, int columns, MemorySegment data) {
    this(type, rows, columns, data, null);
  }

  /** The same matrix with its packed form beside it. */
  public Matrix withPacked(MemorySegment packed) {
    return new Matrix(type, rows, columns, data, packed);
  }

  /** Bytes from one row to the next. */
  public long rowBytes() {
    return type.bytes(columns);
  }

  /** Rows times columns. */
  public long weights() {
    return (long) rows * columns;
  }

  /** Bytes that a product reads. */
  public long bytes() {
    return packed == null
        ? data.byteSize()
        : PackedLayout.panels(rows) * PackedLayout.panelBytes(type, columns);
  }

  /** Whether products read activations as 8-bit integers. */
  public boolean quantized() {
    return type.blockSize() > 1;
  }

  /** Products may be cut between rows whose number is a multiple of this. */
  public int grain() {
    return packed == null ? 16 : PackedLayout.PANEL;
  }
}
