package dev.kedge.engine.grammar;

import java.util.BitSet;
import java.util.List;

/** A regular expression over bytes or code points. */
sealed interface Regex {
  /**
   * One symbol out of ranges.
   *
   * @param ranges low and high of each, in pairs
   */
  record Symbols(int[] ranges) implements Regex {}

  /** One after the other. */
  record Sequence(List<Regex> parts) implements Regex {}

  /** One of them. */
  record Choice(List<Regex> parts) implements Regex {}

  /**
   * Some number of times.
   *
   * @param most -1: without limit
   */
  record Repeat(Regex part, int least, int most) implements Regex {}

  /** Symbols given one by one. */
  static Symbols of(int... lowsAndHighs) {
    return new Symbols(lowsAndHighs);
  }

  /** The deterministic automaton of an expression. */
  static Dfa compile(Regex regex, Work work) {
    Nfa nfa = new Nfa(work);
    int start = nfa.state();
    BitSet accepting = new BitSet();
    accepting.set(add(nfa, regex, start));
    return nfa.deterministic(start, accepting);
  }

  /** Adds an expression behind a state and returns the state after it. */
  static int add(Nfa nfa, Regex regex, int from) {
    return switch (regex) {
      case Symbols symbols -> {
        int to = nfa.state();
        int[] ranges = symbols.ranges;
        for (int i = 0; i < ranges.length; i += 2) nfa.edge(from, ranges[i], ranges[i + 1], to);
        yield to;
      }
      case Sequence sequence -> {
        int at = from;
        for (Regex part : sequence.parts) at = add(nfa, part, at);
        yield at;
      }
      case Choice choice -> {
        int to = nfa.state();
        for (Regex part : choice.parts) {
          int in = nfa.state();
          nfa.empty(from, in);
          nfa.empty(add(nfa, part, in), to);
        }
        yield to;
      }
      case Repeat repeat -> repeat(nfa, repeat, from);
    };
  }

  private static int repeat(Nfa nfa, Repeat repeat, int from) {
    int at = from;
    for (int i = 0; i < repeat.least; i++) at = add(nfa, repeat.part, fresh(nfa, at));
    int to = nfa.state();
    if (repeat.most < 0) {
      int loop = nfa.state();
      nfa.empty(at, loop);
      nfa.empty(add(nfa, repeat.part, loop), loop);
      nfa.empty(loop, to);
      return to;
    }
    for (int i = repeat.least; i < repeat.most; i++) {
      nfa.empty(at, to);
      at = add(nfa, repeat.part, fresh(nfa, at));
    }
    nfa.empty(at, to);
    return to;
  }

  /* A state per round, also where the part is empty, so that the limit on states ends any loop. */
  private static int fresh(Nfa nfa, int at) {
    int state = nfa.state();
    nfa.empty(at, state);
    return state;
  }
}
