package dev.kedge.eval.run;

import dev.kedge.base.KedgeException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Works on many things at a time and hands over the results in the order in which the things came,
 * holding a bounded number. For one thread; closing interrupts what still runs.
 */
final class Ordered<T> implements AutoCloseable {
  /** Takes one result after the other. */
  interface Sink<T> {
    void take(T result) throws Exception;
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ArrayDeque<Future<T>> window = new ArrayDeque<>();
  private final int most;
  private final Sink<T> sink;

  Ordered(int most, Sink<T> sink) {
    this.most = most;
    this.sink = sink;
  }

  /** Starts one work; waits for the oldest where as many run as may. */
  void submit(Callable<T> work) throws Exception {
    if (window.size() >= most) takeOldest();
    window.add(threads.submit(work));
  }

  /** Waits for all. */
  void finish() throws Exception {
    while (!window.isEmpty()) takeOldest();
  }

  private void takeOldest() throws Exception {
    T result;
    try {
      result = window.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KedgeException known) throw known;
      if (e.getCause() instanceof InterruptedException) throw new InterruptedException();
      throw new IllegalStateException("a case could not be worked on: " + e.getCause(), e);
    }
    sink.take(result);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
