package dev.kedge.engine.sample;

import dev.kedge.engine.grammar.State;
import dev.kedge.engine.sample.TokenTree.Entry;
import dev.kedge.engine.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tokens of a vocabulary may follow a state of an answer. Immutable and thread-safe; making
 * one takes some tenths of a second for a large vocabulary.
 *
 * <p>Inside a free string nearly every token may follow, so a walk over all of them would be long
 * just where most tokens are drawn. There, tokens of plain characters alone are allowed by their
 * number of characters, without a look at them; of the others only what comes behind their plain
 * characters is walked, all with the same number of these together.
 */
public final class TokenMasks {
  /** Longer tokens are never drawn in a constrained answer. */
  private static final int LONGEST = 512;

  private final Tokenizer tokenizer;
  private final TokenTree all;
  /* Tokens that are not plain, by the number of plain characters before the rest, which is here. */
  private final TokenTree[] rests;
  private final BitSet allPlain = new BitSet();
  /* Plain tokens by number of characters. */
  private final int[][] plainByLength;
  private final BitSet ends = new BitSet();
  private final Map<String, Integer> controls = new HashMap<>();
  private final int longestBytes;

  /**
   * @throws IllegalArgumentException if some byte of UTF-8 is no token of its own, since then there
   *     are answers that could be begun and not completed
   */
  public TokenMasks(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    List<Entry> entries = new ArrayList<>();
    BitSet single = new BitSet();
    int longest = 0;
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      if (tokenizer.isEndOfGeneration(token)) ends.set(token);
      if (tokenizer.isControl(token)) controls.putIfAbsent(tokenizer.spelling(token), token);
      byte[] bytes = tokenizer.bytes(token);
      if (ends.get(token) || bytes.length == 0 || bytes.length > LONGEST) continue;
      entries.add(new Entry(token, bytes));
      longest = Math.max(longest, bytes.length);
      if (bytes.length == 1) single.set(bytes[0] & 0xFF);
    }
    requireBytes(single);
    longestBytes = longest;
    all = new TokenTree(entries);
    plainByLength = new int[longest + 1][0];
    rests = split(entries);
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

  private TokenTree[] split(List<Entry> entries) {
    List<List<Entry>> others = new ArrayList<>();
    int[] counts = new int[plainByLength.length];
    for (Entry entry : entries) {
      PlainText start = PlainText.of(entry.bytes());
      int length = start.characters();
      if (start.bytes() < entry.bytes().length) {
        while (others.size() <= length) others.add(new ArrayList<>());
        byte[] rest = Arrays.copyOfRange(entry.bytes(), start.bytes(), entry.bytes().length);
        others.get(length).add(new Entry(entry.token(), rest));
        continue;
      }
      allPlain.set(entry.token());
      int[] tokens = plainByLength[length];
      if (counts[length] == tokens.length) tokens = Arrays.copyOf(tokens, 2 * tokens.length + 4);
      tokens[counts[length]++] = entry.token();
      plainByLength[length] = tokens;
    }
    for (int i = 0; i < counts.length; i++) {
      plainByLength[i] = Arrays.copyOf(plainByLength[i], counts[i]);
    }
    return others.stream().map(TokenTree::new).toArray(TokenTree[]::new);
  }

  /** A state in which the same tokens may follow; the key for a mask. */
  State key(State state) {
    return state.evened(longestBytes);
  }

  /** The tokens that may follow a state. */
  BitSet after(State state) {
    BitSet allowed = new BitSet(tokenizer.vocabularySize());
    if (state.plainRoom() < 0 || state.hasOtherThanPlain()) all.collect(state, allowed);
    else inString(state, allowed);
    for (String spelling : state.controls()) {
      if (controls.containsKey(spelling)) allowed.set(controls.get(spelling));
    }
    if (state.complete()) allowed.or(ends);
    return allowed;
  }

  private void inString(State state, BitSet allowed) {
    int room = state.plainRoom();
    if (room >= longestBytes) allowed.or(allPlain);
    else for (int i = 1; i <= room; i++) for (int token : plainByLength[i]) allowed.set(token);
    State at = state;
    for (int length = 0; length < rests.length && !at.dead(); length++) {
      rests[length].collect(at, allowed);
      at = at.after('a'); // as good as any plain character
    }
  }

  /** The state after a token that may follow. */
  State after(State state, int token) {
    if (ends.get(token)) return state;
    return tokenizer.isControl(token)
        ? state.afterControl(tokenizer.spelling(token))
        : state.after(tokenizer.bytes(token));
  }
}
