package dev.kedge.gate;

import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.score.EvalCase;
import java.io.IOException;
import java.util.NoSuchElementException;

/**
 * Evenly spread cases of another source.
 *
 * @param all where they are taken from
 * @param size how many, at most as many as there are
 */
record SampledCases(CaseSource all, long size) implements CaseSource {
  SampledCases {
    size = Math.min(size, all.size());
  }

  @Override
  public String name() {
    return all.name() + ", sampled";
  }

  @Override
  public String sha256() {
    return all.sha256();
  }

  /** Whether the case at this place, from 0, is in the sample. */
  boolean holds(long place) {
    // The places floor(k · all / size) for k from 0 are as many as wanted, and evenly spread.
    long k = (place * size + all.size() - 1) / all.size();
    return k < size && k * all.size() / size == place;
  }

  @Override
  public Cases open() throws IOException {
    Cases from = all.open();
    return new Cases() {
      private long place = -1;
      private long given;

      @Override
      public boolean hasNext() {
        return given < size;
      }

      @Override
      public EvalCase next() {
        while (from.hasNext()) {
          EvalCase next = from.next();
          place++;
          if (!holds(place)) continue;
          given++;
          return next;
        }
        throw new NoSuchElementException();
      }

      @Override
      public void close() throws IOException {
        from.close();
      }
    };
  }
}
