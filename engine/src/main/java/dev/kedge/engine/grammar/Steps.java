package dev.kedge.engine.grammar;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The first states that one grammar met, each once and with its steps remembered. Counters and
 * nesting make more states than memory should hold; those beyond the limit work too, but are
 * computed each time. Safe for any thread.
 */
final class Steps {
  /* About 2 KiB each, once it has taken steps. */
  private static final int MOST = 2000;

  private final Map<State, State> states = new ConcurrentHashMap<>();

  /** The state that stands for all that are equal to this one, as far as they are kept. */
  State kept(State state) {
    State known = states.get(state);
    if (known != null) return known;
    if (states.size() >= MOST) return state;
    state.remember();
    State other = states.putIfAbsent(state, state);
    return other == null ? state : other;
  }
}
