package dev.kedge.load;

import dev.kedge.backend.OpenAiClient.Answered;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What came back.
 *
 * @param plan what was sent
 * @param answered whole answers
 * @param good answers that kept all limits of the goal
 * @param firstTokenInTime answers that kept the limit of the first token
 * @param totalInTime answers that kept the limit of the whole answer
 * @param errors failed requests by kind
 * @param promptTokens over all answers
 * @param completionTokens over all answers
 * @param elapsed from the first intended sending to the last end
 * @param firstToken from intended sending to first text; times are those of answered requests
 * @param betweenTokens between successive pieces of text
 * @param total from intended sending to the end
 * @param sendingLate how late this client itself sent: large values make the run invalid
 */
public record LoadResult(
    LoadPlan plan,
    long answered,
    long good,
    long firstTokenInTime,
    long totalInTime,
    SortedMap<String, Long> errors,
    long promptTokens,
    long completionTokens,
    Duration elapsed,
    Percentiles firstToken,
    Percentiles betweenTokens,
    Percentiles total,
    Percentiles sendingLate) {

  /** Milliseconds; all 0 where nothing was recorded. */
  public record Percentiles(double p50, double p90, double p99, double max, long n) {
    static Percentiles of(Histogram micros) {
      if (micros.getTotalCount() == 0) return new Percentiles(0, 0, 0, 0, 0);
      return new Percentiles(
          micros.getValueAtPercentile(50) / 1e3,
          micros.getValueAtPercentile(90) / 1e3,
          micros.getValueAtPercentile(99) / 1e3,
          micros.getMaxValue() / 1e3,
          micros.getTotalCount());
    }
  }

  /** Requests sent. */
  public long sent() {
    return answered + errors.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Share of requests that were answered within all limits. */
  public double goodShare() {
    return sent() == 0 ? 0 : (double) good / sent();
  }

  /** Good answers per second. */
  public double goodput() {
    return good / seconds();
  }

  /** Answers per second. */
  public double answersPerSecond() {
    return answered / seconds();
  }

  /** Generated tokens per second over all answers. */
  public double tokensPerSecond() {
    return completionTokens / seconds();
  }

  private double seconds() {
    return Math.max(1e-9, elapsed.toNanos() / 1e9);
  }

  /** Collects from many threads. */
  static final class Recorder {
    /** Times above an hour are recorded as an hour; three significant digits. */
    private static final long LONGEST_MICROS = 3_600_000_000L;

    private final LoadPlan plan;
    private final Histogram firstToken = new Histogram(LONGEST_MICROS, 3);
    private final Histogram betweenTokens = new Histogram(LONGEST_MICROS, 3);
    private final Histogram total = new Histogram(LONGEST_MICROS, 3);
    private final Histogram sendingLate = new Histogram(LONGEST_MICROS, 3);
    private final TreeMap<String, Long> errors = new TreeMap<>();
    private long answered;
    private long good;
    private long firstTokenInTime;
    private long totalInTime;
    private long promptTokens;
    private long completionTokens;

    Recorder(LoadPlan plan) {
      this.plan = plan;
    }

    synchronized void answered(Answered answer, long lateNanos) {
      answered++;
      promptTokens += answer.promptTokens();
      completionTokens += answer.completionTokens();
      long first = answer.firstToken().toNanos() + lateNanos;
      long all = answer.total().toNanos() + lateNanos;
      record(firstToken, first);
      record(total, all);
      record(sendingLate, lateNanos);
      answer.gaps().forEach(gap -> record(betweenTokens, gap.toNanos()));
      double meanGap = answer.gaps().stream().mapToLong(Duration::toNanos).average().orElse(0);
      LoadPlan.Goal goal = plan.goal();
      boolean firstInTime = first <= goal.firstToken().toNanos();
      boolean allInTime = all <= goal.total().toNanos();
      if (firstInTime) firstTokenInTime++;
      if (allInTime) totalInTime++;
      if (firstInTime && allInTime && meanGap <= goal.betweenTokens().toNanos()) good++;
    }

    /**
     * Failures are counted, not timed: a server that refuses within a millisecond must not lower
     * its percentiles by it. They weigh in wherever a share of all requests is told.
     */
    synchronized void failed(String kind, long lateNanos) {
      errors.merge(kind, 1L, Long::sum);
      record(sendingLate, lateNanos);
    }

    synchronized int answered() {
      return (int) answered;
    }

    synchronized int failures() {
      return errors.values().stream().mapToInt(Long::intValue).sum();
    }

    synchronized LoadResult result(Duration elapsed) {
      return new LoadResult(
          plan,
          answered,
          good,
          firstTokenInTime,
          totalInTime,
          new TreeMap<>(errors),
          promptTokens,
          completionTokens,
          elapsed,
          Percentiles.of(firstToken),
          Percentiles.of(betweenTokens),
          Percentiles.of(total),
          Percentiles.of(sendingLate));
    }

    private static void record(Histogram histogram, long nanos) {
      histogram.recordValue(Math.clamp(nanos / 1000, 0, LONGEST_MICROS));
    }
  }
}
