package dev.kedge.engine.weights;

import java.util.Locale;

/** Sizes as people read them. */
public final class ByteCount {
  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private ByteCount() {}

  /** Bytes in the largest binary unit that leaves at least one whole. */
  public static String text(long bytes) {
    if (bytes < 1024) return bytes + " bytes";
    double amount = bytes / 1024.0;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }
}
