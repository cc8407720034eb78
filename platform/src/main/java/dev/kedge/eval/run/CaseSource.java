package dev.kedge.eval.run;

import dev.kedge.eval.score.EvalCase;
import java.io.IOException;
import java.util.Iterator;

/**
 * Cases in a fixed order that can be read again and again without holding all of them. Each {@link
 * #open} is for one thread.
 */
public interface CaseSource {
  /** For people: the file's name. */
  String name();

  /** SHA-256 of the content. */
  String sha256();

  /** How many cases. */
  long size();

  /** Reads from the first case on. */
  Cases open() throws IOException;

  /** Cases as they are read; a broken one ends the reading with a KedgeException. */
  interface Cases extends Iterator<EvalCase>, AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
