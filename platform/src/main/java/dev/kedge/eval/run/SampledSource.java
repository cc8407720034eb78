package dev.kedge.eval.run;

import dev.kedge.base.Sha256;
import dev.kedge.eval.score.EvalCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * Some cases of a source, drawn at random with a fixed seed and left in their order: published
 * files are often sorted by class or subject, so that the first ones are of one kind.
 *
 * @param whole all of them
 * @param most how many, at least 1
 */
public record SampledSource(CaseSource whole, long most) implements CaseSource {
  private static final long SEED = 1;

  public SampledSource {
    if (most < 1) throw new IllegalArgumentException("at least one case");
  }

  @Override
  public String name() {
    if (size() == whole.size()) return whole.name();
    return whole.name() + ", " + size() + " of " + whole.size() + " at random";
  }

  @Override
  public String sha256() {
    if (size() == whole.size()) return whole.sha256();
    String sample = whole.sha256() + "\n" + most + "\n" + SEED;
    return Sha256.of(sample.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public long size() {
    return Math.min(most, whole.size());
  }

  /* Selection sampling: of those left to see, each has the same chance for the places left. */
  @Override
  public Cases open() throws IOException {
    Cases all = whole.open();
    SplittableRandom random = new SplittableRandom(SEED);
    return new Cases() {
      private long places = size();
      private long unseen = whole.size();

      @Override
      public boolean hasNext() {
        return places > 0 && all.hasNext();
      }

      @Override
      public EvalCase next() {
        while (hasNext()) {
          EvalCase next = all.next();
          if (random.nextLong(Math.max(1, unseen--)) < places) {
            places--;
            return next;
          }
        }
        throw new NoSuchElementException();
      }

      @Override
      public void close() throws IOException {
        all.close();
      }
    };
  }
}
