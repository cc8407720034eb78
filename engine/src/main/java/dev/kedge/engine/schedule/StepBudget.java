package dev.kedge.engine.schedule;

import dev.kedge.engine.model.BatchRow;
import java.util.List;

/**
 * How many tokens a pass may have so that nobody waits too long for the next one. What a pass takes
 * is known before it only from the passes so far: {@link PassCost} estimates it from its tokens and
 * from the positions that they look at, and how far passes stray from that is kept off the aim.
 *
 * <p>Prompts get some tokens of every pass, however many sequences are generating and however slow
 * the machine. So a step budget is the aim, or, where the generating sequences alone take nearly
 * that long or longer, a quarter more than they take; and there is at least an eighth as many
 * tokens of prompts in it as sequences generate, so that reading them gets on. Where nobody is
 * generating, nobody waits for a word: passes may then be longer, though not so long that a new
 * request or a cancellation waits.
 *
 * <p>Bits do not depend on it: a page's content depends on its text alone. For the engine's thread.
 */
public final class StepBudget {
  /** A step in which only prompts are read may take so many times as long. */
  private static final int PATIENCE = 4;

  /**
   * A step beside generating sequences may take a quarter longer than they alone, of which a
   * twentieth is left for what is not expected: with a wider margin prompts would hardly be read.
   */
  private static final double LONGER = 1.25 / 1.05;

  /* Weights are read once for all tokens: with fewer of them prompts take clearly longer. */
  private static final int LEAST_PROMPT_ALONE = 32;
  private static final int LEAST_PROMPT_BESIDE = 8;

  private final int most;
  private final int window;
  private final long aimNanos;
  private final PassCost cost;

  /**
   * What a sequence has yet to compute; one token where it is generating.
   *
   * @param from position of the first
   */
  record Passage(int from, int tokens) {}

  /**
   * @param most tokens of any pass
   * @param aimNanos how long a pass should take while somebody is generating; 0: always the most
   * @param positionsOfToken a guess of how many positions a token can look at in the time that the
   *     weights take for it
   * @param window positions that a token looks at, at most; 0: all before it
   */
  public StepBudget(int most, long aimNanos, double positionsOfToken, int window) {
    this.most = most;
    this.window = window == 0 ? Integer.MAX_VALUE : window;
    this.aimNanos = aimNanos;
    this.cost = new PassCost(positionsOfToken);
  }

  /** A pass of these rows took so long. */
  public void measured(List<BatchRow> rows, long nanos) {
    long looks = 0;
    for (BatchRow row : rows) looks += looks(row.position());
    cost.measured(rows.size(), looks, nanos);
  }

  /* Positions that a token looks at, its own included. */
  private int looks(int position) {
    return Math.min(window, position + 1);
  }

  /**
   * Tokens of the next pass.
   *
   * @param wanted what there is to compute, prompts in the order in which they are read
   */
  int tokens(List<Passage> wanted) {
    if (aimNanos == 0) return most;
    int generating = 0;
    long positions = 0;
    for (Passage passage : wanted) {
      if (passage.tokens > 1) continue;
      generating++;
      positions += looks(passage.from);
    }
    int least = Math.min(most, generating + leastPrompt(generating));
    if (!cost.known()) return least;
    double aim = aimNanos / (1 + cost.margin());
    aim =
        generating == 0
            ? PATIENCE * aim
            : Math.max(aim, LONGER * cost.nanos(generating, positions));
    int tokens = generating;
    for (Passage passage : wanted) {
      if (passage.tokens == 1) continue;
      for (int i = 0; i < passage.tokens && tokens < most; i++) {
        positions += looks(passage.from + i);
        if (tokens >= least && cost.nanos(tokens + 1, positions) > aim) return tokens;
        tokens++;
      }
    }
    return Math.clamp(tokens, least, most);
  }

  /* Also what they get before anything was measured. */
  private static int leastPrompt(int generating) {
    return generating == 0 ? LEAST_PROMPT_ALONE : Math.max(LEAST_PROMPT_BESIDE, generating / 8);
  }
}
