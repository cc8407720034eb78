package dev.kedge.eval.score.instruct;

import tools.jackson.databind.JsonNode;

/** Whether an answer follows one kind of instruction. */
interface Check {
  /**
   * Looks at an answer that is not blank.
   *
   * @param arguments as in the published data; missing ones make the instruction unfollowable
   */
  boolean follows(String answer, JsonNode arguments);

  /** {@code at least} or {@code less than}. */
  static boolean compares(long found, JsonNode arguments, String relation, String number) {
    long wanted = arguments.path(number).asLong(-1);
    if (wanted < 0) return false;
    return switch (arguments.path(relation).asString("")) {
      case "at least" -> found >= wanted;
      case "less than" -> found < wanted;
      default -> false;
    };
  }
}
