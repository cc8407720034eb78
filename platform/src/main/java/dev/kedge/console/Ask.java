package dev.kedge.console;

import java.util.List;

/**
 * A request that found its handler.
 *
 * @param steps the variable steps of the path, decoded
 * @param query behind the question mark
 * @param form of a POST whose token was right
 */
record Ask(Visit visit, Visitor visitor, List<String> steps, Fields query, Fields form) {
  /** The first variable step of the path. */
  String step() {
    return steps.getFirst();
  }

  /** Path and query, to come back to. */
  String here() {
    return visit.query().isEmpty() ? visit.path() : visit.path() + "?" + visit.query();
  }
}
