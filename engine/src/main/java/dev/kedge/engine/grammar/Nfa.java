package dev.kedge.engine.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A nondeterministic automaton over ranges of symbols (bytes or code points), built state by state
 * and then made deterministic by the subset construction (Rabin, Scott 1959). Patterns exist whose
 * deterministic form is exponentially larger, so states and steps are counted and limited.
 */
final class Nfa {
  private static final int MAX_STATES = 60_000;
  private static final int MAX_SUBSETS = 20_000;

  /* Edges by number: from, to, and the symbols from low to high; low -1 is taken without one. */
  private final IntList froms = new IntList();
  private final IntList tos = new IntList();
  private final IntList lows = new IntList();
  private final IntList highs = new IntList();
  private final Work work;
  private int states;

  Nfa(Work work) {
    this.work = work;
  }

  int state() {
    if (states == MAX_STATES) throw Work.tooMuch();
    return states++;
  }

  void edge(int from, int low, int high, int to) {
    if (froms.size() >= 4 * MAX_STATES) throw Work.tooMuch();
    froms.add(from);
    tos.add(to);
    lows.add(low);
    highs.add(high);
  }

  void empty(int from, int to) {
    edge(from, -1, -1, to);
  }

  /**
   * The deterministic automaton of the words that lead from {@code start} to an accepting state.
   */
  Dfa deterministic(int start, BitSet accepting) {
    return new Subsets(start, accepting).build();
  }

  private final class Subsets {
    private final int[][] edges = edgesByState();
    private final int[] cuts = cuts();
    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<int[]> subsets = new ArrayList<>();
    private final List<int[]> table = new ArrayList<>();
    private final BitSet accepts = new BitSet();
    private final BitSet accepting;
    private final int start;

    Subsets(int start, BitSet accepting) {
      this.start = start;
      this.accepting = accepting;
    }

    Dfa build() {
      number(closure(new int[] {start}));
      for (int from = 0; from < subsets.size(); from++) table.add(row(subsets.get(from)));
      return Dfa.trimmed(cuts, table.toArray(new int[0][]), accepts);
    }

    private int[] row(int[] subset) {
      IntList[] reached = new IntList[cuts.length];
      for (int state : subset) {
        for (int edge : edges[state]) {
          if (lows.get(edge) < 0) continue;
          int last = place(highs.get(edge));
          for (int i = place(lows.get(edge)); i <= last; i++) {
            if (reached[i] == null) reached[i] = new IntList();
            reached[i].add(tos.get(edge));
            work.take(1);
          }
        }
      }
      int[] row = new int[cuts.length];
      for (int i = 0; i < row.length; i++) {
        row[i] = reached[i] == null ? -1 : number(closure(reached[i].toArray()));
      }
      return row;
    }

    private int place(int symbol) {
      int found = Arrays.binarySearch(cuts, symbol);
      return found >= 0 ? found : -found - 2;
    }

    private int number(int[] subset) {
      Integer known = numbers.get(new Key(subset));
      if (known != null) return known;
      if (subsets.size() == MAX_SUBSETS) throw Work.tooMuch();
      int number = subsets.size();
      numbers.put(new Key(subset), number);
      subsets.add(subset);
      for (int state : subset) if (accepting.get(state)) accepts.set(number);
      return number;
    }

    private int[] closure(int[] from) {
      BitSet seen = new BitSet();
      ArrayDeque<Integer> open = new ArrayDeque<>();
      for (int state : from) {
        if (seen.get(state)) continue;
        seen.set(state);
        open.push(state);
      }
      while (!open.isEmpty()) {
        for (int edge : edges[open.pop()]) {
          work.take(1);
          if (lows.get(edge) >= 0 || seen.get(tos.get(edge))) continue;
          seen.set(tos.get(edge));
          open.push(tos.get(edge));
        }
      }
      return seen.stream().toArray();
    }

    private int[][] edgesByState() {
      int[] counts = new int[states];
      for (int i = 0; i < froms.size(); i++) counts[froms.get(i)]++;
      int[][] byState = new int[states][];
      for (int i = 0; i < states; i++) byState[i] = new int[counts[i]];
      for (int i = froms.size() - 1; i >= 0; i--) byState[froms.get(i)][--counts[froms.get(i)]] = i;
      return byState;
    }

    private int[] cuts() {
      TreeSet<Integer> found = new TreeSet<>(List.of(0));
      for (int i = 0; i < lows.size(); i++) {
        if (lows.get(i) < 0) continue;
        found.add(lows.get(i));
        found.add(highs.get(i) + 1);
      }
      return found.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private record Key(int[] states) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(states, key.states);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(states);
    }
  }
}
