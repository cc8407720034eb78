package dev.kedge.route;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Picks one of several replicas for a call.
 *
 * <p>Two are drawn at random: nearly as good as asking all, and gateways that do not know of each
 * other do not all run to the same server (Mitzenmacher, "The Power of Two Choices in Randomized
 * Load Balancing", 2001). A third stands beside them, one that holds most of the prompt's beginning
 * in its cache, so that a conversation returns to its server. The one with the shorter way to a
 * first token is taken, where a prompt's cached part costs nothing: so the third wins unless it is
 * more loaded by more than what its cache saves.
 *
 * <p>Thread-safe. A whole call costs about 2 µs here, 8 µs with a prompt of 20,000 characters
 * ({@code bench/balancing --cost}).
 */
public final class Balancer {
  /** 65,536 blocks of 256 characters, about four million tokens, in 1.3 MB. */
  public static final int DEFAULT_BLOCKS = 1 << 16;

  private static final int TOKENS_PER_BLOCK = PromptBlocks.BLOCK / 4;
  /* Where nothing is measured: 4,000 tokens a second, typical of one data-centre GPU. */
  private static final double FIRST_SPEED = 4000;
  /* Estimates are no better than this; without it the slightly faster of two gets everything. */
  private static final double NEARLY_EQUAL = 0.9;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final PrefixMap prefixes;
  private final long key;
  private final AtomicLong chance;

  /**
   * A choice.
   *
   * @param uncachedTokens of the prompt, estimated
   * @param forPrefix whether the prefix decided
   */
  record Pick(Replica replica, long uncachedTokens, boolean forPrefix) {}

  /**
   * @param blocks that are remembered, a power of two
   * @param seed of the drawing and of the hashes; secret where callers are not trusted
   */
  public Balancer(int blocks, long seed) {
    this.prefixes = new PrefixMap(blocks);
    this.key = seed * GOLDEN + 1;
    this.chance = new AtomicLong(seed);
  }

  long key() {
    return key;
  }

  /** Picks one of at least one replica; nothing is noted yet. */
  Pick pick(List<Replica> replicas, PromptBlocks prompt, long now) {
    int count = replicas.size();
    int[] held = new int[count];
    int longest = 0;
    if (count > 1) {
      int[] slots = new int[count];
      for (int i = 0; i < count; i++) slots[i] = replicas.get(i).slot();
      longest = prefixes.match(prompt, slots, held);
    }
    double speed = fastest(replicas);
    int best = count == 1 ? 0 : shorterOfTwo(replicas, prompt, held, speed, now);
    if (longest == 0 || held[best] == longest) {
      return new Pick(replicas.get(best), uncached(prompt, held[best]), longest > 0);
    }
    int holder = holder(replicas, prompt, held, longest, speed, now);
    boolean shorter =
        seconds(replicas, holder, prompt, held, speed, now)
            <= seconds(replicas, best, prompt, held, speed, now);
    int chosen = shorter ? holder : best;
    return new Pick(replicas.get(chosen), uncached(prompt, held[chosen]), shorter);
  }

  /** Notes that a replica is given this prompt. */
  void note(Replica replica, PromptBlocks prompt) {
    prefixes.note(prompt, replica.slot());
  }

  /** Forgets what a replica holds. */
  void forget(int slot) {
    prefixes.forget(slot);
  }

  /* Prompt tokens per second of the fastest that was measured. */
  private static double fastest(List<Replica> replicas) {
    double fastest = 0;
    for (Replica replica : replicas) fastest = Math.max(fastest, replica.load().tokensPerSecond());
    return fastest > 0 ? fastest : FIRST_SPEED;
  }

  private int shorterOfTwo(
      List<Replica> replicas, PromptBlocks prompt, int[] held, double speed, long now) {
    int first = draw(replicas.size());
    int second = draw(replicas.size() - 1);
    if (second >= first) second++;
    double one = seconds(replicas, first, prompt, held, speed, now);
    double other = seconds(replicas, second, prompt, held, speed, now);
    return other < NEARLY_EQUAL * one ? second : first;
  }

  /* The least loaded of those that hold most of the prompt. */
  private static int holder(
      List<Replica> replicas,
      PromptBlocks prompt,
      int[] held,
      int longest,
      double speed,
      long now) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < held.length; i++) {
      if (held[i] != longest) continue;
      double seconds = seconds(replicas, i, prompt, held, speed, now);
      if (best < 0 || seconds < least) {
        best = i;
        least = seconds;
      }
    }
    return best;
  }

  private static double seconds(
      List<Replica> replicas, int i, PromptBlocks prompt, int[] held, double speed, long now) {
    return replicas.get(i).load().secondsToFirstToken(uncached(prompt, held[i]), speed, now);
  }

  private static long uncached(PromptBlocks prompt, int heldBlocks) {
    return Math.max(1, prompt.tokens() - (long) heldBlocks * TOKENS_PER_BLOCK);
  }

  /* SplitMix64 over a shared counter: seeded, and safe for all threads. */
  private int draw(int bound) {
    long z = chance.addAndGet(GOLDEN);
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(z ^ z >>> 31, bound);
  }
}
