package dev.kedge.drift;

/** What is known of the old version against itself. */
public enum Repeats {
  /** It answers alike every time: every difference belongs to the new version. */
  EXACT,
  /** It was asked again: the second answers stand beside the first. */
  MEASURED,
  /** Nothing: only changes with a direction can be told from chance. */
  UNKNOWN
}
