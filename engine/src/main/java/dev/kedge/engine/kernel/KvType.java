package dev.kedge.engine.kernel;

/** How keys and values are kept. */
public enum KvType {
  /** Half-precision floats: relative error 2⁻¹¹, 2 bytes each. */
  F16,
  /** Integers up to ±127 with one scale per position and head: half the memory of F16. */
  Q8
}
