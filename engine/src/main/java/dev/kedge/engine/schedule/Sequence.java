package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one request and how far the forward pass has come with them: computed tokens chase
 * all tokens, be they the prompt's or generated ones. Its table of pages only ever grows, until the
 * sequence leaves or is interrupted. For the engine's thread alone.
 */
public final class Sequence {
  private static final KvPage[] NONE = {};

  private final int promptTokens;
  private final int limit;
  private final boolean wholeText;
  private final Service service;
  private long arrival;
  private int[] tokens;
  private int length;
  private int computed;
  /* How far it had come before it was interrupted, if that is farther. */
  private int furthest;
  private int cached;
  private long lastStep = -1;
  private KvPage[] pages = NONE;
  private int pagesTaken;
  /* The first pages, full ones, as the tree knows them. */
  private final List<PrefixTree.Block> blocks = new ArrayList<>();
  /* Another sequence computed the same page in the same pass: from there on pages stay its own, for
   * a table never changes what it holds. */
  private boolean apart;

  /**
   * @param prompt at least one token
   * @param limit most tokens that the sequence will ever have, prompt included
   */
  public Sequence(int[] prompt, int limit, Service service) {
    this(prompt, limit, service, false);
  }

  private Sequence(int[] prompt, int limit, Service service, boolean wholeText) {
    this.wholeText = wholeText;
    this.service = service;
    this.tokens = prompt.clone();
    this.promptTokens = prompt.length;
    this.length = prompt.length;
    this.limit = limit;
  }

  /** A text to which nothing is added; what is wanted is what the model makes of each token. */
  public static Sequence ofWholeText(int[] tokens, Service service) {
    return new Sequence(tokens, tokens.length, service, true);
  }

  boolean wholeText() {
    return wholeText;
  }

  Service service() {
    return service;
  }

  long arrival() {
    return arrival;
  }

  void arriveAs(long number) {
    arrival = number;
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

  /** Tokens of the prompt that were found in the cache when it was first computed. */
  public int cachedTokens() {
    return cached;
  }

  int promptTokens() {
    return promptTokens;
  }

  int computed() {
    return computed;
  }

  int furthest() {
    return furthest;
  }

  int pending() {
    return length - computed;
  }

  int token(int position) {
    return tokens[position];
  }

  KvPage[] pages() {
    return pages;
  }

  int pagesTaken() {
    return pagesTaken;
  }

  /** Pages for all its tokens and the next one. */
  int pagesWanted() {
    return KvCache.pages(Math.min(limit, length + 1));
  }

  long lastStep() {
    return lastStep;
  }

  void start() {
    pages = new KvPage[KvCache.pages(limit)];
  }

  /** The tokens of its page {@code index}, which is full. */
  private int[] pageTokens(int index) {
    return Arrays.copyOfRange(tokens, index * Kernels.PAGE, (index + 1) * Kernels.PAGE);
  }

  private PrefixTree.@Nullable Block lastBlock() {
    return blocks.isEmpty() ? null : blocks.getLast();
  }

  /* The next page that the cache knows; one token at least is left to compute, and of a whole text
   * all that were not computed before. */
  private PrefixTree.@Nullable Block known(
      PrefixTree tree, PrefixTree.@Nullable Block parent, int index) {
    int end = (index + 1) * Kernels.PAGE;
    if (end > (wholeText ? Math.min(furthest, length - 1) : length - 1)) return null;
    return tree.find(service.scope(), parent, pageTokens(index));
  }

  /** How many of its first pages others are using, so that it could share them at no cost. */
  int shareable(KvCache cache) {
    int count = 0;
    PrefixTree.Block block = known(cache.tree(), null, 0);
    while (block != null && block.used()) {
      block = known(cache.tree(), block, ++count);
    }
    return count;
  }

  /** Takes what the cache knows of its next tokens; gives how many that are. */
  int adopt(KvCache cache) {
    int before = computed;
    while (computed == blocks.size() * Kernels.PAGE && pagesTaken == blocks.size()) {
      PrefixTree.Block block = known(cache.tree(), lastBlock(), blocks.size());
      if (block == null) break;
      cache.tree().use(block);
      blocks.add(block);
      pages[pagesTaken++] = block.page();
      computed += Kernels.PAGE;
    }
    int found = Math.max(0, Math.min(computed, promptTokens) - Math.max(before, furthest));
    cached += found;
    furthest = Math.max(furthest, computed);
    return computed - before;
  }

  /** A page for its table, behind the last one if that can be; null if there is none. */
  @Nullable KvPage next(KvCache cache) {
    KvPage last = pagesTaken == 0 ? null : pages[pagesTaken - 1];
    // As many as it has tokens for; and who has grown so far will as likely grow as far again.
    int wanted = Math.max(pagesWanted() - pagesTaken, pagesTaken);
    return cache.take(last, Math.min(wanted, pages.length - pagesTaken));
  }

  /** Adds a page to the table. */
  void take(KvPage page) {
    pages[pagesTaken++] = page;
  }

  /** Goes on to {@code count} further positions, with pages under them. */
  void advance(int count, long step) {
    computed += count;
    furthest = Math.max(furthest, computed);
    lastStep = step;
  }

  /** Enters the pages that the last pass filled, so that others can share them. */
  void enterFullPages(KvCache cache) {
    for (int i = blocks.size(); !apart && (i + 1) * Kernels.PAGE <= computed; i++) {
      PrefixTree.Block block =
          cache.tree().add(service.scope(), lastBlock(), pageTokens(i), pages[i]);
      if (block.page() == pages[i]) blocks.add(block);
      else apart = true;
    }
  }

  /** Gives all pages back and forgets what was computed; the tokens stay. */
  void release(KvCache cache) {
    if (pagesTaken > 0) cache.leave(pages[pagesTaken - 1]);
    for (int i = pagesTaken - 1; i >= 0; i--) {
      if (i < blocks.size()) cache.tree().release(blocks.get(i));
      else cache.free(pages[i]);
    }
    blocks.clear();
    apart = false;
    pages = NONE;
    pagesTaken = 0;
    computed = 0;
  }
}
