package dev.kedge.eval;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One model's answers to one dataset, judged.
 *
 * @param model for people: file name or address and name
 * @param modelSha256 the model file's digest; empty where the model is behind an address
 * @param dataset what was asked
 * @param cases in the dataset's order
 * @param duration wall time of the run
 */
public record Evaluation(
    String model, String modelSha256, Dataset dataset, List<CaseResult> cases, Duration duration) {
  public Evaluation {
    cases = List.copyOf(cases);
  }

  /** Told after each case, from any thread. */
  public interface Progress {
    void answered(int done, int total, int right);
  }

  /**
   * Asks every case, at most {@code concurrency} at a time. Stops all running calls when
   * interrupted.
   */
  public static Evaluation run(
      String model,
      String modelSha256,
      Dataset dataset,
      Scorer scorer,
      Answerer answerer,
      int concurrency,
      Progress progress)
      throws InterruptedException {
    long start = System.nanoTime();
    Semaphore places = new Semaphore(concurrency);
    AtomicInteger done = new AtomicInteger();
    AtomicInteger right = new AtomicInteger();
    List<Future<CaseResult>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (Example example : dataset.examples()) {
          places.acquire();
          running.add(
              threads.submit(() -> {
                try {
                  CaseResult result = scorer.score(example, answerer.answer(example.input()));
                  int correct = result.exact() ? right.incrementAndGet() : right.get();
                  progress.answered(done.incrementAndGet(), dataset.examples().size(), correct);
                  return result;
                } finally {
                  places.release();
                }
              }));
        }
        List<CaseResult> cases = new ArrayList<>();
        for (Future<CaseResult> future : running) cases.add(future.get());
        return new Evaluation(
            model, modelSha256, dataset, cases, Duration.ofNanos(System.nanoTime() - start));
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "a case could not be judged: " + e.getCause(), e.getCause());
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** The figures of this run. */
  public Summary summary() {
    return Summary.of(cases);
  }
}
