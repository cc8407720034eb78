package dev.kedge.store;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes to a file of SQLite. Whatever has queued up while a commit ran becomes
 * the next transaction; a job that fails takes back only its own changes. A full queue makes
 * callers wait.
 *
 * <p>The thread is a platform thread: SQLite's calls would pin a virtual one to its carrier while
 * the disk works.
 */
final class SqliteWriter implements AutoCloseable {
  private static final int QUEUE = 1024;
  private static final int LARGEST_BATCH = 256;

  private static final long LOOK_MILLIS = 1_000;

  private final Handle handle;
  private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Thread thread;
  // Set by close() from any thread, read by callers and the writer.
  private volatile boolean closed;
  private boolean syncing;

  SqliteWriter(Handle handle) {
    this.handle = handle;
    this.thread = Thread.ofPlatform().daemon().name("kedge-store-writer").start(this::work);
  }

  /** Runs a job in a transaction and waits until that is committed. */
  <T> T run(boolean durable, Function<Handle, T> work) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a write inside a write would wait for itself");
    }
    Job<T> job = new Job<>(durable, work);
    enqueue(job);
    // A job that slipped in behind the writer's last look is taken out again here.
    if (closed && !thread.isAlive() && queue.remove(job)) throw closedException();
    try {
      return job.done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      if (e.getCause() instanceof Error cause) throw cause;
      throw e;
    }
  }

  private void enqueue(Job<?> job) {
    try {
      do {
        if (closed) throw closedException();
      } while (!queue.offer(job, 100, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KedgeException(
          new Failure.Unavailable("interrupted while waiting for the store", "interrupted", 1), e);
    }
  }

  private static KedgeException closedException() {
    return new KedgeException(new Failure.Unavailable("the store is closing", "store_closed", 1));
  }

  private void work() {
    List<Job<?>> batch = new ArrayList<>();
    while (true) {
      Job<?> first = next();
      if (first == null) break;
      batch.add(first);
      queue.drainTo(batch, LARGEST_BATCH - 1);
      commit(batch);
      batch.clear();
    }
    handle.close();
  }

  /** The next job; null once the writer is closed and the queue is empty. */
  private @Nullable Job<?> next() {
    while (true) {
      boolean last = closed;
      try {
        // Nothing is waited for at the end: who slips in behind this look takes his job out
        // himself.
        Job<?> job = queue.poll(last ? 0 : LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (job != null || last) return job;
      } catch (InterruptedException _) {
        // Nobody does that to this thread; were it done, the loop looks at 'closed' again.
      }
    }
  }

  private void commit(List<Job<?>> batch) {
    try {
      sync(batch.stream().anyMatch(job -> job.durable));
      handle.begin();
      for (Job<?> job : batch) job.run(handle, batch.size() > 1);
      handle.commit();
    } catch (Throwable e) {
      try {
        if (handle.isInTransaction()) handle.rollback();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      batch.forEach(job -> job.done.completeExceptionally(e));
      return;
    }
    batch.forEach(Job::finish);
  }

  /** Sets whether a commit waits for the disk; only possible between transactions. */
  private void sync(boolean wanted) {
    if (wanted == syncing) return;
    handle.execute(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    syncing = wanted;
  }

  @Override
  public void close() {
    closed = true;
    // Wakes the writer; where the queue is full, it is awake.
    queue.offer(new Job<>(false, _ -> true));
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Job<?> job : queue) job.done.completeExceptionally(closedException());
  }

  /** A write that waits; all but {@code done} belongs to the writer's thread once it is queued. */
  private static final class Job<T> {
    final boolean durable;
    final CompletableFuture<T> done = new CompletableFuture<>();
    private final Function<Handle, T> work;
    private @Nullable T result;
    private @Nullable RuntimeException failure;

    Job(boolean durable, Function<Handle, T> work) {
      this.durable = durable;
      this.work = work;
    }

    /** Does the work; alone in its transaction, a failure ends that, among others only its own. */
    void run(Handle handle, boolean among) {
      if (!among) {
        result = work.apply(handle);
        return;
      }
      handle.savepoint("job");
      try {
        result = work.apply(handle);
        handle.releaseSavepoint("job");
      } catch (RuntimeException e) {
        failure = e;
        handle.rollbackToSavepoint("job");
      }
    }

    @SuppressWarnings("NullAway") // null only where T is nullable: then the work returned it
    void finish() {
      if (failure != null) {
        done.completeExceptionally(failure);
      } else {
        done.complete(result);
      }
    }
  }
}
