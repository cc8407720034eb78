package dev.kedge.engine.schedule;

import dev.kedge.engine.kernel.KvPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Full pages by the text that they belong to. A block stands for the tokens of one page behind
 * those of its parent, so a chain from the root spells a beginning of texts; a sequence that begins
 * the same takes the chain's pages instead of computing them, also while the one that wrote them is
 * still running. A block's hash covers the whole chain; but what decides is equality of its tokens
 * and identity of its parent, so a collision costs a comparison and never a wrong page. Texts of
 * different scopes never meet: nobody can learn from the time to his first token what another scope
 * has sent.
 *
 * <p>Blocks count their users. Those without stay for later texts, in the order in which they lost
 * the last one; the oldest goes first when memory is needed. Whoever uses a block uses its parents
 * and lets go of the last one first, so the oldest never has children.
 *
 * <p>For the engine's thread alone.
 */
final class PrefixTree {
  /** A full page and the text that leads to its end. Equal to the same text behind the same one. */
  static final class Block {
    private final String scope;
    private final @Nullable Block parent;
    private final int[] tokens;
    private final int hash;
    private final @Nullable KvPage page;
    private int users;

    private Block(String scope, @Nullable Block parent, int[] tokens, @Nullable KvPage page) {
      this.scope = scope;
      this.parent = parent;
      this.tokens = tokens;
      this.page = page;
      int chained = parent == null ? scope.hashCode() : parent.hash;
      for (int token : tokens) chained = (chained ^ token) * 0x9E3779B1 + (chained >>> 15);
      this.hash = chained;
    }

    KvPage page() {
      if (page == null) throw new IllegalStateException("a question has no page");
      return page;
    }

    boolean used() {
      return users > 0;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Block block
          && parent == block.parent
          && scope.equals(block.scope)
          && Arrays.equals(tokens, block.tokens);
    }
  }

  private final Map<Block, Block> blocks = new HashMap<>();
  private final LinkedHashSet<Block> idle = new LinkedHashSet<>();

  /** The block of these tokens behind {@code parent}, or null. */
  @Nullable Block find(String scope, @Nullable Block parent, int[] tokens) {
    return blocks.get(new Block(scope, parent, tokens, null));
  }

  /** Begins to use a block, its parents being in use. */
  void use(Block block) {
    if (block.users++ == 0) idle.remove(block);
  }

  /**
   * Enters a full page and begins to use it. Where the text is there already, its block is given,
   * with another page and not used.
   */
  Block add(String scope, @Nullable Block parent, int[] tokens, KvPage page) {
    Block block = new Block(scope, parent, tokens, page);
    Block known = blocks.putIfAbsent(block, block);
    if (known != null) return known;
    block.users = 1;
    return block;
  }

  /** Ends a use; of a chain the last block first. */
  void release(Block block) {
    if (--block.users == 0) idle.add(block);
  }

  /** Blocks that nobody uses. */
  int idle() {
    return idle.size();
  }

  /** Forgets the block that has been unused for longest, if there is one, and gives its page. */
  @Nullable KvPage evict() {
    Iterator<Block> oldest = idle.iterator();
    if (!oldest.hasNext()) return null;
    Block block = oldest.next();
    oldest.remove();
    blocks.remove(block);
    return block.page();
  }

  /** All pages that are entered, for tests. */
  List<KvPage> pages() {
    List<KvPage> pages = new ArrayList<>();
    for (Block block : blocks.values()) pages.add(block.page());
    return pages;
  }
}
