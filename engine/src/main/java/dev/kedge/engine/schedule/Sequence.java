package dev.kedge.engine.schedule;

import java.util.Arrays;

/**
 * The tokens of one request and how far the forward pass has come with them: computed tokens chase
 * all tokens, be they the prompt's or generated ones. For the engine's thread alone.
 */
public final class Sequence {
  private final int promptTokens;
  private final int limit;
  private final boolean wholeText;
  private int[] tokens;
  private int length;
  private int computed;
  private float[][] pages = {};
  private int pagesTaken;

  /**
   * @param prompt at least one token
   * @param limit most tokens that the sequence will ever have, prompt included
   */
  public Sequence(int[] prompt, int limit) {
    this(prompt, limit, false);
  }

  private Sequence(int[] prompt, int limit, boolean wholeText) {
    this.wholeText = wholeText;
    this.tokens = prompt.clone();
    this.promptTokens = prompt.length;
    this.length = prompt.length;
    this.limit = limit;
  }

  /** A text to which nothing is added; what is wanted is what the model makes of each token. */
  public static Sequence ofWholeText(int[] tokens) {
    return new Sequence(tokens, tokens.length, true);
  }

  boolean wholeText() {
    return wholeText;
  }

  /** Whether all tokens have been given to forward passes. */
  public boolean computedAll() {
    return pending() == 0;
  }

  /** Appends a generated token. */
  public void append(int token) {
    if (length == tokens.length) tokens = Arrays.copyOf(tokens, Math.min(limit, 2 * length + 16));
    tokens[length++] = token;
  }

  /** Tokens, prompt included. */
  public int length() {
    return length;
  }

  /** Whether no further token fits. */
  public boolean full() {
    return length >= limit;
  }

  /** Tokens that were appended. */
  public int generated() {
    return length - promptTokens;
  }

  int promptTokens() {
    return promptTokens;
  }

  int computed() {
    return computed;
  }

  int pending() {
    return length - computed;
  }

  int token(int position) {
    return tokens[position];
  }

  float[][] pages() {
    return pages;
  }

  /* The last token is never computed, but a page more or less is not worth the subtlety. */
  boolean reserve(KvCache cache) {
    int needed = KvCache.pages(limit);
    if (!cache.reserve(needed)) return false;
    pages = new float[needed][];
    return true;
  }

  /** Goes on to {@code count} further positions, with pages under them. */
  void advance(int count, KvCache cache) {
    computed += count;
    while (pagesTaken < KvCache.pages(computed)) {
      float[] page = cache.take(); // may find no memory: counted only once it is there
      pages[pagesTaken++] = page;
    }
  }

  void release(KvCache cache) {
    cache.release(pages.length, pages, pagesTaken);
    pages = new float[0][];
    pagesTaken = 0;
  }
}
