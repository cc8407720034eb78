package dev.kedge.engine.model;

/**
 * One token of one sequence in a forward pass. Rows of a sequence must be in order of position, and
 * all earlier positions be in its pages or in the same batch.
 *
 * @param token id
 * @param position in its sequence, from 0
 * @param pages the sequence's pages in order, at least up to this position
 * @param logits whether the next token's logits are wanted
 */
public record BatchRow(int token, int position, float[][] pages, boolean logits) {}
