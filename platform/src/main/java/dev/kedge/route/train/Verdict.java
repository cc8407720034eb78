package dev.kedge.route.train;

/** Whether it is worth while to route. */
public enum Verdict {
  /** It is. */
  PAYS,
  /** The small model alone does what was asked for. */
  SMALL_IS_ENOUGH,
  /** The classifier is not measurably better than drawing lots. */
  NO_BETTER_THAN_CHANCE,
  /** Only the large model alone does surely what was asked for. */
  ONLY_LARGE,
  /** The prices are so close that next to nothing is saved. */
  PRICES_TOO_CLOSE
}
