package dev.kedge.gate;

import java.util.Locale;

/** Where a gate stands with the people who sign. */
public enum Standing {
  OPEN,
  AWAITING_SECOND,
  APPROVED,
  REJECTED;

  /** Whether a signature is still wanted. */
  public boolean open() {
    return this == OPEN || this == AWAITING_SECOND;
  }

  /** For people. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
