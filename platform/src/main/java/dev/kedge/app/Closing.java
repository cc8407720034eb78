package dev.kedge.app;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be closed, last opened first; one that fails does not keep the others open. */
final class Closing implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.kedge.app");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Remembers and returns it. */
  <T extends AutoCloseable> T add(T one) {
    opened.push(one);
    return one;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable one = opened.pop();
      try {
        one.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.log(Level.WARNING, one.getClass().getSimpleName() + " did not close", e);
      }
    }
  }
}
