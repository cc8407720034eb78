package dev.kedge.engine.weights;

import java.util.Optional;

/**
 * How the elements of a tensor in a safetensors file are stored; the constants are named as in the
 * file. Being listed here says that the size is known, not that Kedge computes with it.
 */
public enum SafetensorsType {
  /** One byte per element, 0 or 1. */
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  /** A complex number of two F32. */
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private final int bits;

  SafetensorsType(int bits) {
    this.bits = bits;
  }

  /** Bits per element; elements of fewer than 8 bits are packed without gaps. */
  public int bits() {
    return bits;
  }

  /** The type of this name, if the format has it. */
  public static Optional<SafetensorsType> ofName(String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) return Optional.of(type);
    }
    return Optional.empty();
  }
}
