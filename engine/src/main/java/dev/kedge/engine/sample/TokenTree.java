package dev.kedge.engine.sample;

import dev.kedge.engine.grammar.State;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Tokens in a tree by their bytes, laid out in preorder: a walk goes through the arrays from left
 * to right and skips what a byte rules out. Immutable.
 */
final class TokenTree {
  /** A token and its bytes, at least one. */
  record Entry(int token, byte[] bytes) {}

  /* By node: the byte that leads to it, its depth and the node after its subtree. */
  private final byte[] labels;
  private final short[] depths;
  private final int[] skips;
  /* The tokens of node i are those from starts[i] up to starts[i + 1]. */
  private final int[] starts;
  private final int[] tokens;
  private final int deepest;

  TokenTree(List<Entry> entries) {
    Entry[] sorted = entries.toArray(new Entry[0]);
    Arrays.sort(
        sorted,
        (one, other) -> {
          int order = Arrays.compareUnsigned(one.bytes, other.bytes);
          return order != 0 ? order : Integer.compare(one.token, other.token);
        });
    int size = 0;
    int most = 0;
    byte[] before = {};
    for (Entry entry : sorted) {
      size += entry.bytes.length - common(before, entry.bytes);
      most = Math.max(most, entry.bytes.length);
      before = entry.bytes;
    }
    deepest = most;
    labels = new byte[size];
    depths = new short[size];
    skips = new int[size];
    starts = new int[size + 1];
    tokens = new int[sorted.length];
    fill(sorted);
  }

  private static int common(byte[] one, byte[] other) {
    int mismatch = Arrays.mismatch(one, other);
    return mismatch < 0 ? one.length : mismatch;
  }

  private void fill(Entry[] sorted) {
    int[] path = new int[deepest];
    int node = 0;
    byte[] before = {};
    for (int i = 0; i < sorted.length; i++) {
      byte[] bytes = sorted[i].bytes;
      int shared = common(before, bytes);
      // What branches off here ends the subtrees of the nodes that are not shared.
      for (int depth = shared; depth < before.length; depth++) skips[path[depth]] = node;
      for (int depth = shared; depth < bytes.length; depth++) {
        path[depth] = node;
        labels[node] = bytes[depth];
        depths[node] = (short) depth;
        starts[node++] = i;
      }
      tokens[i] = sorted[i].token;
      before = bytes;
    }
    for (int depth = 0; depth < before.length; depth++) skips[path[depth]] = node;
    starts[node] = sorted.length;
  }

  /** Sets the tokens that can follow a state. */
  void collect(State from, BitSet into) {
    State[] states = new State[deepest + 1];
    states[0] = from;
    int node = 0;
    while (node < labels.length) {
      int depth = depths[node];
      State next = states[depth].after(labels[node] & 0xFF);
      if (next.dead()) {
        node = skips[node];
        continue;
      }
      states[depth + 1] = next;
      for (int i = starts[node]; i < starts[node + 1]; i++) into.set(tokens[i]);
      node++;
    }
  }
}
