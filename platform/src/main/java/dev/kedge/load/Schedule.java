package dev.kedge.load;

import dev.kedge.config.TaskFile.Arrivals;
import java.util.Arrays;
import java.util.SplittableRandom;

/** When requests are to be sent, in nanoseconds from the start: a pure function of the plan. */
final class Schedule {
  private Schedule() {}

  static long[] of(LoadPlan plan) {
    double gap = 1e9 / plan.rate();
    long end = plan.duration().toNanos();
    int most = (int) Math.min(20_000_000, 16 + 2 * Math.ceil(end / gap));
    long[] times = new long[Math.max(1, most)];
    SplittableRandom random = new SplittableRandom(plan.seed());
    int n = 0;
    double next = plan.arrivals() == Arrivals.CONSTANT ? 0 : exponential(random, gap);
    while (next < end && n < times.length) {
      times[n++] = (long) next;
      next = plan.arrivals() == Arrivals.CONSTANT ? n * gap : next + exponential(random, gap);
    }
    // A Poisson process may stay silent for a short plan; one request is always sent.
    return n == 0 ? new long[] {0} : Arrays.copyOf(times, n);
  }

  private static double exponential(SplittableRandom random, double mean) {
    return -mean * Math.log1p(-random.nextDouble());
  }
}
