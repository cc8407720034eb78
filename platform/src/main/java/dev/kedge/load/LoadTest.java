package dev.kedge.load;

import dev.kedge.backend.OpenAiClient;
import dev.kedge.backend.OpenAiClient.Question;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends a plan's requests and waits for their ends. */
public final class LoadTest {
  private static final int MOST_IN_FLIGHT = 20_000;

  private LoadTest() {}

  /** Told about every 100 ms from the sending thread. */
  public interface Progress {
    void sent(int sent, int planned, int answered, int failed);
  }

  /**
   * Runs the plan. When interrupted it stops sending and calls, and throws.
   *
   * @throws InterruptedException if the thread is interrupted while it sends or waits
   */
  public static LoadResult run(LoadPlan plan, OpenAiClient client, Progress progress)
      throws InterruptedException {
    long[] times = Schedule.of(plan);
    LoadResult.Recorder recorder = new LoadResult.Recorder(plan);
    Semaphore places = new Semaphore(MOST_IN_FLIGHT);
    long start = System.nanoTime();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      long shown = start;
      for (int i = 0; i < times.length; i++) {
        long intended = start + times[i];
        shown = waitUntil(intended, shown, i, times.length, recorder, progress);
        if (!places.tryAcquire()) {
          recorder.failed("client_full", 0);
          continue;
        }
        Question question = plan.questions().get(i % plan.questions().size());
        threads.execute(() -> call(client, question, intended, recorder, places));
      }
      threads.shutdown();
      while (!threads.awaitTermination(100, TimeUnit.MILLISECONDS)) {
        progress.sent(times.length, times.length, recorder.answered(), recorder.failures());
      }
      return recorder.result(Duration.ofNanos(System.nanoTime() - start));
    } finally {
      threads.shutdownNow();
    }
  }

  private static long waitUntil(
      long intended,
      long shown,
      int sent,
      int planned,
      LoadResult.Recorder recorder,
      Progress progress)
      throws InterruptedException {
    long last = shown;
    for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
      if (Thread.interrupted()) throw new InterruptedException();
      if (System.nanoTime() - last > 100_000_000L) {
        progress.sent(sent, planned, recorder.answered(), recorder.failures());
        last = System.nanoTime();
      }
      LockSupport.parkNanos(Math.min(left, 50_000_000L));
    }
    return last;
  }

  private static void call(
      OpenAiClient client,
      Question question,
      long intended,
      LoadResult.Recorder recorder,
      Semaphore places) {
    try {
      long late = Math.max(0, System.nanoTime() - intended);
      switch (client.ask(question)) {
        case OpenAiClient.Answered answered -> recorder.answered(answered, late);
        case OpenAiClient.Failed failed -> recorder.failed(failed.kind(), late);
      }
    } catch (InterruptedException e) {
      recorder.failed("interrupted", 0);
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }
}
