package dev.kedge.engine.token;

import java.util.Arrays;

/**
 * Merges the symbols of one word: again and again the neighbours with the lowest rank, of several
 * the leftmost. Symbols form a linked list and candidate pairs a heap, ordered by rank and place; a
 * candidate whose place meanwhile holds another pair is recognised by its rank and dropped. Each of
 * the at most n-1 merges pushes two candidates, so a word of n symbols takes O(n log n) steps. Not
 * thread-safe; buffers are kept for the next word.
 */
final class Merger {
  private static final int NONE = -1;

  private final MergeTable table;
  private int[] symbols = new int[64];
  private int[] previous = new int[64];
  private int[] next = new int[64];
  private int size;
  private long[] heap = new long[64];
  private int heapSize;

  Merger(MergeTable table) {
    this.table = table;
  }

  /** Begins a new word. */
  void clear() {
    size = 0;
    heapSize = 0;
  }

  /** Appends a symbol to the word. */
  void add(int symbol) {
    if (size == symbols.length) {
      symbols = Arrays.copyOf(symbols, size * 2);
      previous = Arrays.copyOf(previous, size * 2);
      next = Arrays.copyOf(next, size * 2);
    }
    symbols[size++] = symbol;
  }

  /** Merges what can be merged. Afterwards {@link #first} and {@link #after} give the result. */
  void merge() {
    for (int i = 0; i < size; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < size ? i + 1 : NONE;
    }
    for (int i = 0; i + 1 < size; i++) candidate(i);
    while (heapSize > 0) {
      long top = pop();
      int left = (int) top;
      int right = next[left];
      if (symbolGone(left) || right == NONE) continue;
      int pair = table.find(symbols[left], symbols[right]);
      if (pair < 0 || table.rank(pair) != (int) (top >>> 32)) continue;
      symbols[left] = table.merged(pair);
      next[left] = next[right];
      if (next[right] != NONE) previous[next[right]] = left;
      next[right] = right;
      candidate(left);
      if (previous[left] != NONE) candidate(previous[left]);
    }
  }

  /** The place of the first symbol, or -1 in an empty word. */
  int first() {
    return size == 0 ? NONE : 0;
  }

  /** The place of the symbol after that at {@code place}, or -1 at the end. */
  int after(int place) {
    return next[place];
  }

  /** The symbol at a place. */
  int symbol(int place) {
    return symbols[place];
  }

  /** A symbol that was merged into its left neighbour points to itself. */
  private boolean symbolGone(int place) {
    return next[place] == place;
  }

  private void candidate(int left) {
    int right = next[left];
    if (right == NONE) return;
    int pair = table.find(symbols[left], symbols[right]);
    if (pair >= 0) push((long) table.rank(pair) << 32 | left);
  }

  private void push(long entry) {
    if (heapSize == heap.length) heap = Arrays.copyOf(heap, heapSize * 2);
    int at = heapSize++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (heap[parent] <= entry) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    while (2 * at + 1 < heapSize) {
      int child = 2 * at + 1;
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= last) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
