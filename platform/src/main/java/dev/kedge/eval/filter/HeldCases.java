package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.score.EvalCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * Cases that fit into memory, as all public sets do.
 *
 * @param name of the file
 * @param sha256 of the file
 * @param cases all
 */
record HeldCases(String name, String sha256, List<EvalCase> cases) implements CaseSource {
  private static final long LARGEST_BYTES = 64L << 20;

  HeldCases {
    cases = List.copyOf(cases);
    if (cases.isEmpty()) throw KedgeException.invalid(name + ": no cases");
  }

  /** The bytes of a file. */
  static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw KedgeException.invalid(file + ": larger than 64 MiB, which no public set is");
    }
    return Files.readAllBytes(file);
  }

  static HeldCases of(Path file, byte[] bytes, List<EvalCase> cases) {
    return new HeldCases(String.valueOf(file.getFileName()), Sha256.of(bytes), cases);
  }

  @Override
  public long size() {
    return cases.size();
  }

  @Override
  public Cases open() {
    Iterator<EvalCase> all = cases.iterator();
    return new Cases() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public EvalCase next() {
        return all.next();
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
