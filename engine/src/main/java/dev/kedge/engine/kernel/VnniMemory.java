package dev.kedge.engine.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What {@link VnniCode} reads and writes besides weights and activations: its argument, constants,
 * sums and results. Scratch memory of one thread.
 */
final class VnniMemory {
  /** Results that there is room for: tokens' of a panel, or panels' of a token. */
  static final int MOST = 64;

  // Bytes from the argument's beginning.
  static final int INTEGERS = 0;
  static final int APART = 8;
  static final int SCALES = 16;
  static final int RECORDS = 24;
  static final int STRIDE = 32;
  static final int PANELS = 40;
  static final int SPANS = 48;
  static final int BLOCKS = 56;
  static final int RESULTS = 64;
  static final int SUMS = 72;
  static final int NIBBLE = 80;
  static final int SIX_BITS = 84;
  static final int POWER = 88;
  static final int HALF_BITS = 92;
  static final int SECOND_SIGNS = 96;
  static final int FIVE_BITS = 100;
  static final int FIRST_TWO = 104;
  static final int LAST_BITS = 108;
  static final int BITS = 112;
  static final int SIXES = 128;
  static final int FIVES = SIXES + 5 * VnniCode.VECTOR;
  static final int KEPT = FIVES + 6 * VnniCode.VECTOR;

  private static final int SUMS_AT = KEPT + 2 * VnniCode.TOKENS * VnniCode.VECTOR;
  private static final int RESULTS_AT = SUMS_AT + VnniCode.TOKENS * VnniCode.TOKEN;
  private static final int BYTES = RESULTS_AT + MOST * VnniCode.TOKEN;

  private final MemorySegment all = Arena.ofAuto().allocate(BYTES, VnniCode.VECTOR);

  VnniMemory() {
    all.set(JAVA_INT, NIBBLE, 0x0F0F0F0F);
    all.set(JAVA_INT, SIX_BITS, 0x3F3F3F3F);
    all.set(JAVA_FLOAT, POWER, 0x1p112f);
    all.set(JAVA_INT, HALF_BITS, 0x8FFFE000);
    all.set(JAVA_INT, SECOND_SIGNS, 0x80008000);
    all.set(JAVA_INT, FIVE_BITS, 0x1F1F1F1F);
    all.set(JAVA_INT, FIRST_TWO, 0x0000FFFF);
    all.set(JAVA_INT, LAST_BITS, 0x101F1F1F);
    for (int bit = 0; bit < 4; bit++) all.set(JAVA_INT, BITS + 4 * bit, 1 << (24 + bit));
    all.set(JAVA_LONG, SUMS, all.address() + SUMS_AT);
    vectors(VnniSixes.constants(), SIXES);
    vectors(VnniFives.constants(), FIVES);
  }

  private void vectors(List<byte[]> vectors, int to) {
    int at = to;
    for (byte[] vector : vectors) {
      MemorySegment.copy(vector, 0, all, JAVA_BYTE, at, vector.length);
      at += vector.length;
    }
  }

  /** The code's argument, as long as this object is reachable. */
  long address() {
    return all.address();
  }

  void set(int field, long value) {
    all.set(JAVA_LONG, field, value);
  }

  /** Results of so many tokens or panels are 0. */
  void clear(int count) {
    all.asSlice(RESULTS_AT, (long) count * VnniCode.TOKEN).fill((byte) 0);
  }

  /** Results are added up from this token or panel on. */
  void results(int first) {
    set(RESULTS, all.address() + RESULTS_AT + (long) first * VnniCode.TOKEN);
  }

  /** A token's or panel's results, or several panels'. */
  void copy(int from, float[] out, int to, int rows) {
    MemorySegment.copy(all, JAVA_FLOAT, RESULTS_AT + (long) from * VnniCode.TOKEN, out, to, rows);
  }
}
