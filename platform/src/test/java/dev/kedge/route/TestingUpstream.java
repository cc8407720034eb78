package dev.kedge.route;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.TokenCounts;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that does as it is told, one step per call: answers, refuses, breaks off, hangs. */
final class TestingUpstream implements Backend, AutoCloseable {
  /** What happens to a call. */
  sealed interface Step {
    /** Two words and the end. */
    record Answers() implements Step {}

    /** Refused by {@link Backend#start}. */
    record Refuses(Failure failure) implements Step {}

    /** Fails after so many words. */
    record Breaks(int words, Failure failure) implements Step {}

    /** Nothing comes until it is cancelled. */
    record Hangs() implements Step {}
  }

  static final Failure DOWN =
      new Failure.UpstreamFailed("connection refused", "upstream_down", 502, true);

  private final String name;
  private final Queue<Step> steps = new ArrayDeque<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private volatile boolean closed;

  TestingUpstream(String name) {
    this.name = name;
  }

  synchronized TestingUpstream then(Step... next) {
    for (Step step : next) steps.add(step);
    return this;
  }

  private synchronized Step step() {
    Step step = steps.poll();
    return step == null ? new Step.Answers() : step;
  }

  /** Forgets the next step. */
  synchronized void skip() {
    steps.poll();
  }

  /** Answers that were started and have neither ended, failed nor been cancelled. */
  int open() {
    return open.get();
  }

  int started() {
    return started.get();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer start(ApiRequest request, CallContext context) {
    started.incrementAndGet();
    Step step = step();
    if (step instanceof Step.Refuses refuses) throw new KedgeException(refuses.failure());
    open.incrementAndGet();
    return new Told(step);
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Told implements Answer {
    private final Step step;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicInteger ends = new AtomicInteger();
    private int words;

    Told(Step step) {
      this.step = step;
    }

    @Override
    public AnswerPart next() throws InterruptedException {
      if (cancelled.getCount() == 0) throw gone();
      return switch (step) {
        case Step.Answers _ when words < 2 -> word();
        case Step.Answers _ -> {
          end();
          yield new AnswerPart.End(TokenCounts.of(7, 0, 2));
        }
        case Step.Breaks breaks when words < breaks.words() -> word();
        case Step.Breaks breaks -> {
          end();
          throw new KedgeException(breaks.failure());
        }
        case Step.Hangs _ -> {
          cancelled.await();
          throw gone();
        }
        case Step.Refuses _ -> throw new IllegalStateException("refused before");
      };
    }

    private AnswerPart word() {
      words++;
      return new AnswerPart.Text(0, name + " ", Optional.empty());
    }

    private KedgeException gone() {
      return new KedgeException(new Failure.Broken("cancelled", "cancelled", true));
    }

    private void end() {
      if (ends.getAndIncrement() == 0) open.decrementAndGet();
    }

    @Override
    public void cancel() {
      end();
      cancelled.countDown();
    }
  }
}
