package dev.kedge.engine.sample;

import dev.kedge.engine.Sampling;
import dev.kedge.engine.grammar.Grammar;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.engine.token.Utf8Stream;
import java.util.BitSet;
import java.util.Random;

/** Draws answers out of random logits that favour ends a little, as the engine draws them. */
final class ConstrainedRun {
  private final Tokenizer tokenizer;
  private final MaskCache cache;
  private final TokenMasks masks;
  private final float[] favour;

  ConstrainedRun(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.masks = new TokenMasks(tokenizer);
    this.cache = new MaskCache(masks, tokenizer.vocabularySize());
    this.favour = new float[tokenizer.vocabularySize()];
    for (int token = 0; token < favour.length; token++) {
      String text = tokenizer.decode(new int[] {token});
      if (text.matches("[\"}\\]]+") || tokenizer.isEndOfGeneration(token)) favour[token] = 4;
    }
  }

  /** An answer; whether it ended by itself within the limit. */
  record Answer(String text, boolean finished) {}

  Answer draw(Grammar grammar, long seed, int limit) {
    Random random = new Random(seed);
    Guide guide = new Guide(grammar, masks);
    Sampler sampler =
        new Sampler(new Sampling(1, 0, 1, 0, 1, 0, 0, seed), -1, new int[0], favour.length);
    Sampler.Room room = new Sampler.Room();
    Utf8Stream utf8 = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    float[] logits = new float[favour.length];
    for (int position = 0; position < limit; position++) {
      if (guide.finished()) return new Answer(text + utf8.finish(), true);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (2 * random.nextGaussian()) + favour[i];
      }
      BitSet allowed = guide.allowed(cache);
      if (allowed.isEmpty()) throw new AssertionError("no way on after " + text);
      int token = sampler.draw(logits, 0, position, allowed, room).token();
      guide.accept(token);
      if (tokenizer.isEndOfGeneration(token)) return new Answer(text + utf8.finish(), true);
      text.append(utf8.append(tokenizer.bytes(token)));
    }
    return new Answer(text + utf8.finish(), guide.finished());
  }
}
