package dev.kedge.engine.kernel;

/**
 * The exponential function of the engine: eˣ = 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2,
 * eʳ by a polynomial of degree 6 (coefficients of the Taylor series, relative error below 2⁻²²).
 * The platform's own may differ between processors; this one uses exactly rounded operations only,
 * in one order, and the vector version repeats them lane by lane.
 */
public final class Exponential {
  /** Results stay normal numbers: arguments are cut off here. */
  static final float LOWEST = -87.0f;

  static final float HIGHEST = 88.0f;
  static final float LOG2_E = 0x1.715476p0f;
  static final float LN2_HIGH = 0x1.62e4p-1f;
  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** 1.5 · 2²³: adding it rounds to an integer that then stands in the low bits. */
  static final float ROUND = 0x1.8p23f;

  static final float C2 = 1f / 2;
  static final float C3 = 1f / 6;
  static final float C4 = 1f / 24;
  static final float C5 = 1f / 120;
  static final float C6 = 1f / 720;

  private Exponential() {}

  /** eˣ, between e⁻⁸⁷ and e⁸⁸. */
  public static float exp(float x) {
    float c = Math.min(Math.max(x, LOWEST), HIGHEST);
    float t = Math.fma(c, LOG2_E, ROUND);
    float n = t - ROUND;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, c));
    float p = Math.fma(C6, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }
}
