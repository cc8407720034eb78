package dev.kedge.label;

/** How an item stands. */
public enum ItemStatus {
  /** Needs more people. */
  OPEN,
  /** All gave the same answer. */
  AGREED,
  /** Answers differ, or some answered and others skipped: somebody has to decide. */
  DISPUTED,
  /** All skipped it: somebody has to decide. */
  SKIPPED,
  /** An answer was decided. */
  DECIDED,
  /** It was decided to leave the item out. */
  DROPPED
}
