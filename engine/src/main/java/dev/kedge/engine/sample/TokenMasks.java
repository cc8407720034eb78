package dev.kedge.engine.sample;

import dev.kedge.engine.grammar.State;
import dev.kedge.engine.sample.TokenTree.Entry;
import dev.kedge.engine.token.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tokens of a vocabulary may follow a state of an answer. Immutable and thread-safe; making
 * one takes some tenths of a second for a large vocabulary.
 *
 * <p>Inside a free string nearly every token may follow, so a walk over all of them would be long
 * just where most tokens are drawn. Tokens of plain characters alone are therefore kept apart: in a
 * free string they are allowed by their number of characters, and only the rest is walked.
 */
public final class TokenMasks {
  /** Longer tokens are never drawn in a constrained answer. */
  private static final int LONGEST = 512;

  private final Tokenizer tokenizer;
  private final TokenTree plain;
  private final TokenTree others;
  private final BitSet allPlain = new BitSet();
  /* Plain tokens by number of characters, and how many have at most so many. */
  private final int[] plainByLength;
  private final int[] plainUpTo;
  private final BitSet ends = new BitSet();
  private final Map<String, Integer> controls = new HashMap<>();
  private final int longestBytes;

  /**
   * @throws IllegalArgumentException if some byte of UTF-8 is no token of its own, since then there
   *     are answers that could be begun and not completed
   */
  public TokenMasks(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    List<Entry> plainEntries = new ArrayList<>();
    List<Entry> otherEntries = new ArrayList<>();
    BitSet single = new BitSet();
    int longest = 0;
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      if (tokenizer.isEndOfGeneration(token)) ends.set(token);
      if (tokenizer.isControl(token)) controls.putIfAbsent(tokenizer.spelling(token), token);
      byte[] bytes = tokenizer.bytes(token);
      if (ends.get(token) || bytes.length == 0 || bytes.length > LONGEST) continue;
      longest = Math.max(longest, bytes.length);
      if (bytes.length == 1) single.set(bytes[0] & 0xFF);
      (PlainText.characters(bytes) > 0 ? plainEntries : otherEntries).add(new Entry(token, bytes));
    }
    requireBytes(single);
    longestBytes = longest;
    plain = new TokenTree(plainEntries);
    others = new TokenTree(otherEntries);
    plainEntries.sort(Comparator.comparingInt(entry -> PlainText.characters(entry.bytes())));
    plainByLength = plainEntries.stream().mapToInt(Entry::token).toArray();
    plainUpTo = new int[longest + 1];
    for (Entry entry : plainEntries) {
      allPlain.set(entry.token());
      plainUpTo[PlainText.characters(entry.bytes())]++;
    }
    for (int i = 1; i <= longest; i++) plainUpTo[i] += plainUpTo[i - 1];
  }

  private static void requireBytes(BitSet single) {
    for (int value = 0x20; value <= 0xF4; value++) {
      boolean used = value != 0xC0 && value != 0xC1;
      if (used && !single.get(value)) {
        throw new IllegalArgumentException(
            "answers of this model cannot be held to a format: byte 0x%02X is not a token"
                .formatted(value));
      }
    }
  }

  /** A state in which the same tokens may follow; the key for a mask. */
  State key(State state) {
    return state.evened(longestBytes);
  }

  /** The tokens that may follow a state. */
  BitSet after(State state) {
    BitSet allowed = new BitSet(tokenizer.vocabularySize());
    int room = state.plainRoom();
    boolean all = room >= longestBytes;
    if (all) {
      allowed.or(allPlain);
    } else if (room > 0) {
      for (int i = 0; i < plainUpTo[room]; i++) allowed.set(plainByLength[i]);
    }
    if (room < 0 || (!all && state.hasOtherThanPlain())) plain.collect(state, allowed);
    others.collect(state, allowed);
    for (String spelling : state.controls()) {
      if (controls.containsKey(spelling)) allowed.set(controls.get(spelling));
    }
    if (state.complete()) allowed.or(ends);
    return allowed;
  }

  /** The state after a token that may follow. */
  State after(State state, int token) {
    if (ends.get(token)) return state;
    return tokenizer.isControl(token)
        ? state.afterControl(tokenizer.spelling(token))
        : state.after(tokenizer.bytes(token));
  }
}
