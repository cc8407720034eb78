package dev.kedge.engine.weights;

import java.util.Arrays;
import java.util.Optional;

/** What a whole model file is stored as; ids are those of {@code general.file_type}. */
public enum FileType {
  F32(0, TensorType.F32),
  F16(1, TensorType.F16),
  BF16(32, TensorType.BF16),
  /** 4.5 bits per weight. */
  Q4_0(2, TensorType.Q4_0),
  /** 8.5 bits per weight. */
  Q8_0(7, TensorType.Q8_0),
  /** About 4.8 bits per weight: Q4_K, and Q6_K where errors hurt most. */
  Q4_K_M(15, TensorType.Q4_K),
  /** About 5.7 bits per weight: Q5_K, and Q6_K where errors hurt most. */
  Q5_K_M(17, TensorType.Q5_K),
  /** 6.6 bits per weight. */
  Q6_K(18, TensorType.Q6_K);

  private final int id;
  private final TensorType main;

  FileType(int id, TensorType main) {
    this.id = id;
    this.main = main;
  }

  /** The number in {@code general.file_type}. */
  public int id() {
    return id;
  }

  /** The type of most matrices. */
  public TensorType main() {
    return main;
  }

  /** Whether matrices become small integers with scales. */
  public boolean quantized() {
    return main.quantized();
  }

  /** The type of this name in any case. */
  public static Optional<FileType> ofName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equalsIgnoreCase(name)).findFirst();
  }
}
