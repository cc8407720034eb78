package dev.kedge.engine.model;

import dev.kedge.engine.kernel.KvPage;

/**
 * One token of one sequence in a forward pass. Rows of a sequence share one array of pages, must be
 * in order of position, and all earlier positions be in its pages or in the same batch.
 *
 * @param token id
 * @param position in its sequence, from 0
 * @param pages the sequence's pages in order, at least up to this position
 * @param wanted what the pass shall give for it, beside its keys and values
 */
public record BatchRow(int token, int position, KvPage[] pages, Wanted wanted) {
  /** What a forward pass gives for a row. */
  public enum Wanted {
    NOTHING,
    /** The next token's logits. */
    LOGITS,
    /** The last block's output, normed. */
    HIDDEN
  }

  public BatchRow(int token, int position, KvPage[] pages, boolean logits) {
    this(token, position, pages, logits ? Wanted.LOGITS : Wanted.NOTHING);
  }

  boolean logits() {
    return wanted == Wanted.LOGITS;
  }
}
