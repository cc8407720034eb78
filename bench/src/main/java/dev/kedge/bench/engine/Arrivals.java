package dev.kedge.bench.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;

/** When each token of each stream came to its reader. Any thread may add. */
final class Arrivals {
  /**
   * One token.
   *
   * @param stream number of the reader
   * @param first whether it is the first of its answer
   */
  record Arrival(int stream, long nanos, boolean first) {}

  private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();

  void add(int stream, boolean first) {
    arrivals.add(new Arrival(stream, System.nanoTime(), first));
  }

  /** How many streams have had a token. */
  long begun() {
    return arrivals.stream().filter(Arrival::first).mapToInt(Arrival::stream).distinct().count();
  }

  /** Tokens that came within this time. */
  long count(long from, long to) {
    return arrivals.stream().filter(arrival -> arrival.nanos > from && arrival.nanos <= to).count();
  }

  /**
   * Tokens per second while all streams generate: from the last stream's first token to the first
   * stream's last one; NaN where they never did.
   *
   * @param streams that had one answer each
   */
  double rateOfAll(int streams) {
    long[] from = new long[streams];
    long[] to = new long[streams];
    for (Arrival arrival : arrivals) {
      if (arrival.first) from[arrival.stream] = arrival.nanos;
      to[arrival.stream] = Math.max(to[arrival.stream], arrival.nanos);
    }
    long begin = Arrays.stream(from).max().orElseThrow();
    long end = Arrays.stream(to).min().orElseThrow();
    if (begin >= end) return Double.NaN;
    return count(begin, end) * 1e9 / (end - begin);
  }

  /** Waits between successive tokens of a stream of which the second came within this time. */
  Gaps gaps(int streams, long from, long to) {
    long[] last = new long[streams];
    List<Double> gaps = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      long before = last[arrival.stream];
      last[arrival.stream] = arrival.nanos;
      boolean within = arrival.nanos >= from && arrival.nanos <= to;
      if (before > 0 && within && !arrival.first) gaps.add((arrival.nanos - before) / 1e6);
    }
    return new Gaps(gaps.stream().mapToDouble(Double::doubleValue).sorted().toArray());
  }

  /**
   * Waits between tokens.
   *
   * @param millis sorted
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, read at once
  record Gaps(double[] millis) {
    double median() {
      return quantile(0.5);
    }

    double longest() {
      return quantile(1);
    }

    /** How many are longer than this. */
    long longerThan(double limit) {
      return Arrays.stream(millis).filter(wait -> wait > limit).count();
    }

    private double quantile(double share) {
      if (millis.length == 0) return Double.NaN;
      return millis[Math.min(millis.length - 1, (int) (millis.length * share))];
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "median %.0f ms, 99 %% %.0f ms, longest %.0f ms (%,d gaps)",
          median(),
          quantile(0.99),
          longest(),
          millis.length);
    }
  }
}
