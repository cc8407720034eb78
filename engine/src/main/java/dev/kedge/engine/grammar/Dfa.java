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
 * A deterministic automaton over bytes or code points. From each of its states a word can be
 * completed: states that lead nowhere are cut off when it is made. State 0 is the start. Immutable.
 */
final class Dfa {
  /* Symbols from cuts[i] up to cuts[i + 1] lead to next[state][i], -1: nowhere. */
  private final int[] cuts;
  private final int[][] next;
  private final BitSet accepting;
  private final byte[] places = new byte[256];
  private final BitSet open = new BitSet();

  private Dfa(int[] cuts, int[][] next, BitSet accepting) {
    this.cuts = cuts;
    this.next = next;
    this.accepting = accepting;
    for (int symbol = 0; symbol < 256; symbol++) places[symbol] = (byte) place(symbol);
    for (int state = 0; state < next.length; state++) {
      if (Arrays.stream(next[state]).anyMatch(to -> to >= 0)) open.set(state);
    }
  }

  private int place(int symbol) {
    int found = Arrays.binarySearch(cuts, symbol);
    return found >= 0 ? found : -found - 2;
  }

  /** Without the states from which no word can be completed. */
  static Dfa trimmed(int[] cuts, int[][] table, BitSet accepting) {
    BitSet useful = useful(table, accepting);
    int[] numbers = new int[table.length];
    Arrays.fill(numbers, -1);
    int count = 0;
    for (int state = 0; state < table.length; state++) {
      if (useful.get(state)) numbers[state] = count++;
    }
    if (table.length == 0 || numbers[0] < 0) return new Dfa(cuts, new int[0][], new BitSet());
    int[][] next = new int[count][cuts.length];
    BitSet accepts = new BitSet();
    for (int state = 0; state < table.length; state++) {
      if (numbers[state] < 0) continue;
      for (int i = 0; i < cuts.length; i++) {
        int to = table[state][i];
        next[numbers[state]][i] = to < 0 ? -1 : numbers[to];
      }
      if (accepting.get(state)) accepts.set(numbers[state]);
    }
    return new Dfa(cuts, next, accepts);
  }

  private static BitSet useful(int[][] table, BitSet accepting) {
    List<IntList> sources = new ArrayList<>();
    for (int i = 0; i < table.length; i++) sources.add(new IntList());
    for (int from = 0; from < table.length; from++) {
      for (int to : table[from]) if (to >= 0) sources.get(to).add(from);
    }
    BitSet useful = (BitSet) accepting.clone();
    ArrayDeque<Integer> open = new ArrayDeque<>(accepting.stream().boxed().toList());
    while (!open.isEmpty()) {
      IntList before = sources.get(open.pop());
      for (int i = 0; i < before.size(); i++) {
        if (useful.get(before.get(i))) continue;
        useful.set(before.get(i));
        open.push(before.get(i));
      }
    }
    return useful;
  }

  /** The words of a list, of bytes; as many states as the words have bytes at most. */
  static Dfa words(List<byte[]> words) {
    TreeSet<Integer> found = new TreeSet<>(List.of(0));
    for (byte[] word : words) {
      for (byte value : word) {
        found.add(value & 0xFF);
        found.add((value & 0xFF) + 1);
      }
    }
    int[] cuts = found.stream().mapToInt(Integer::intValue).toArray();
    List<int[]> rows = new ArrayList<>();
    BitSet accepting = new BitSet();
    rows.add(emptyRow(cuts));
    for (byte[] word : words) {
      int state = 0;
      for (byte value : word) {
        int place = Arrays.binarySearch(cuts, value & 0xFF);
        if (rows.get(state)[place] < 0) {
          rows.get(state)[place] = rows.size();
          rows.add(emptyRow(cuts));
        }
        state = rows.get(state)[place];
      }
      accepting.set(state);
    }
    return trimmed(cuts, rows.toArray(new int[0][]), accepting);
  }

  private static int[] emptyRow(int[] cuts) {
    int[] row = new int[cuts.length];
    Arrays.fill(row, -1);
    return row;
  }

  /** The words that both accept. */
  Dfa and(Dfa other, Work work) {
    TreeSet<Integer> found = new TreeSet<>();
    for (int cut : cuts) found.add(cut);
    for (int cut : other.cuts) found.add(cut);
    int[] all = found.stream().mapToInt(Integer::intValue).toArray();
    Map<Long, Integer> numbers = new HashMap<>();
    List<Long> pairs = new ArrayList<>();
    List<int[]> rows = new ArrayList<>();
    BitSet accepts = new BitSet();
    if (!isEmpty() && !other.isEmpty()) {
      numbers.put(0L, 0);
      pairs.add(0L);
    }
    for (int at = 0; at < pairs.size(); at++) {
      work.take(2 * all.length + 20);
      int own = (int) (pairs.get(at) >> 32);
      int others = pairs.get(at).intValue();
      if (accepts(own) && other.accepts(others)) accepts.set(at);
      int[] row = new int[all.length];
      for (int i = 0; i < all.length; i++) {
        int to = next[own][place(all[i])];
        int otherTo = other.next[others][other.place(all[i])];
        row[i] = -1;
        if (to < 0 || otherTo < 0) continue;
        long pair = (long) to << 32 | otherTo;
        Integer number = numbers.putIfAbsent(pair, pairs.size());
        row[i] = number == null ? pairs.size() : number;
        if (number == null) pairs.add(pair);
      }
      rows.add(row);
    }
    return trimmed(all, rows.toArray(new int[0][]), accepts);
  }

  /** Whether it accepts no word at all. */
  boolean isEmpty() {
    return next.length == 0;
  }

  int states() {
    return next.length;
  }

  /** The state after a byte, or -1. */
  int step(int state, int value) {
    return next[state][places[value] & 0xFF];
  }

  /** Whether each word of another automaton leads from a state to that state again. */
  boolean loops(int state, Dfa words) {
    BitSet seen = new BitSet();
    ArrayDeque<int[]> open = new ArrayDeque<>();
    open.add(new int[] {state, 0});
    while (!open.isEmpty()) {
      int[] pair = open.remove();
      for (int value = 0; value < 256; value++) {
        int word = words.step(pair[1], value);
        if (word < 0) continue;
        int own = step(pair[0], value);
        if (own < 0 || (words.accepts(word) && own != state)) return false;
        int key = own * words.states() + word;
        if (seen.get(key)) continue;
        seen.set(key);
        if (words.goesOn(word)) open.add(new int[] {own, word});
      }
    }
    return true;
  }

  boolean accepts(int state) {
    return accepting.get(state);
  }

  /** Whether something can follow. */
  boolean goesOn(int state) {
    return open.get(state);
  }

  /** Receives the transitions of a state. */
  interface Transitions {
    void take(int low, int high, int to);
  }

  /** All transitions of a state; the last range is cut at {@code limit}, inclusive. */
  void transitions(int state, int limit, Transitions taker) {
    for (int i = 0; i < cuts.length; i++) {
      int high = i + 1 < cuts.length ? cuts[i + 1] - 1 : limit;
      if (next[state][i] >= 0) taker.take(cuts[i], high, next[state][i]);
    }
  }
}
