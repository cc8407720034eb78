package dev.kedge.engine.train;

/** Hears how training goes; called from the training thread. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** The data is read: counts of sequences and tokens, and examples left out as too long. */
  default void data(int training, int validation, long tokens, int leftOut, int parameters) {}

  /**
   * One step is done.
   *
   * @param step steps so far
   * @param steps steps in all, 0 while unknown
   * @param loss mean loss of this step's answer tokens, in nats
   * @param tokensPerSecond recent speed
   * @param secondsLeft estimate, or −1
   */
  record Step(
      int step,
      int steps,
      int epoch,
      double loss,
      float learningRate,
      double gradientNorm,
      double tokensPerSecond,
      double secondsLeft) {}

  /** After each step. */
  default void step(Step step) {}

  /**
   * A validation.
   *
   * @param loss mean loss per answer token
   * @param tokenAccuracy share of answer tokens whose most likely prediction is right
   * @param exactAnswers share of answers that greedy decoding gets right to the last token
   * @param best whether this is the lowest loss so far
   */
  record Validation(
      int step, double loss, double tokenAccuracy, double exactAnswers, boolean best) {}

  /** After each validation. */
  default void validation(Validation validation) {}

  /** Anything else worth a line. */
  default void remark(String text) {}
}
