package dev.kedge.eval.run;

import dev.kedge.base.Sha256;
import dev.kedge.eval.score.EvalCase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;

/**
 * The first cases of a source.
 *
 * @param whole all of them
 * @param most how many, at least 1
 */
public record LimitedSource(CaseSource whole, long most) implements CaseSource {
  public LimitedSource {
    if (most < 1) throw new IllegalArgumentException("at least one case");
  }

  @Override
  public String name() {
    return whole.name() + ", the first " + size();
  }

  @Override
  public String sha256() {
    if (size() == whole.size()) return whole.sha256();
    return Sha256.of((whole.sha256() + "\n" + most).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public long size() {
    return Math.min(most, whole.size());
  }

  @Override
  public Cases open() throws IOException {
    Cases all = whole.open();
    return new Cases() {
      private long left = most;

      @Override
      public boolean hasNext() {
        return left > 0 && all.hasNext();
      }

      @Override
      public EvalCase next() {
        if (left-- <= 0) throw new NoSuchElementException();
        return all.next();
      }

      @Override
      public void close() throws IOException {
        all.close();
      }
    };
  }
}
