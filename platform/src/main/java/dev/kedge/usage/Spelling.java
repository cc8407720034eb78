package dev.kedge.usage;

import java.util.Locale;

/** How constants are spelled outside: {@code client_left}. */
final class Spelling {
  private Spelling() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
