package dev.kedge.engine.sample;

import dev.kedge.engine.grammar.State;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** The masks that were needed last, whichever answers they were for. For one thread. */
public final class MaskCache {
  private static final long MOST_BYTES = 32L << 20;

  private final TokenMasks masks;
  private final int most;
  private final Map<State, BitSet> known = new LinkedHashMap<>(64, 0.75f, true);

  public MaskCache(TokenMasks masks, int vocabularySize) {
    this.masks = masks;
    this.most = Math.clamp(MOST_BYTES / (vocabularySize / 8 + 64), 16, 4096);
  }

  BitSet after(State state) {
    State key = masks.key(state);
    BitSet mask = known.get(key);
    if (mask != null) return mask;
    mask = masks.after(key);
    known.put(key, mask);
    if (known.size() > most) known.remove(known.keySet().iterator().next());
    return mask;
  }
}
