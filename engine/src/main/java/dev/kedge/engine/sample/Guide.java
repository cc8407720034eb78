package dev.kedge.engine.sample;

import dev.kedge.engine.grammar.Grammar;
import dev.kedge.engine.grammar.State;
import java.util.BitSet;

/** Holds one answer to a grammar, token by token. One thread at a time. */
public final class Guide {
  private final TokenMasks masks;
  private State state;

  public Guide(Grammar grammar, TokenMasks masks) {
    this.masks = masks;
    this.state = grammar.start();
  }

  /** The tokens that may come next; not to be changed. */
  public BitSet allowed(MaskCache cache) {
    return cache.after(state);
  }

  /** Goes on to a token that was allowed. */
  public void accept(int token) {
    state = masks.after(state, token);
  }

  /** Whether the answer is complete and nothing can follow. */
  public boolean finished() {
    return state.finished();
  }
}
