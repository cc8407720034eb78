package dev.kedge.bench.console;

/**
 * What somebody did by keyboard, and how long a practised person takes for it without errors, by
 * the keystroke-level model (Card, Moran, Newell: The keystroke-level model for user performance
 * time, 1980). For one thread.
 *
 * <p>It is an estimate, and a low one: nobody hesitates in it, looks anything up or mistypes.
 */
final class Keystrokes {
  /** An average typist who is no secretary. */
  private static final double KEY_SECONDS = 0.28;

  /** To prepare the next choice. */
  private static final double MENTAL_SECONDS = 1.35;

  /** Silent reading of English (Brysbaert: How many words do we read per minute?, 2019). */
  private static final double WORDS_PER_MINUTE = 238;

  private int keys;
  private int choices;
  private int words;
  private double waitedSeconds;

  /** Keys that were pressed, a held one included. */
  void pressed(int count) {
    keys += count;
  }

  /** Something was decided: what a field says, or that the answer is done. */
  void decided() {
    choices++;
  }

  /** A text was read. */
  void read(String text) {
    words += text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  /** The system was waited for. */
  void waited(double seconds) {
    waitedSeconds += seconds;
  }

  int keys() {
    return keys;
  }

  int choices() {
    return choices;
  }

  int words() {
    return words;
  }

  /** How long a text of so many words takes to read. */
  static double readingSeconds(int words) {
    return 60.0 * words / WORDS_PER_MINUTE;
  }

  /** Everything together. */
  double personSeconds() {
    return keys * KEY_SECONDS + choices * MENTAL_SECONDS + readingSeconds(words) + waitedSeconds;
  }
}
