package dev.kedge.rollout.replay;

import dev.kedge.base.Sha256;
import dev.kedge.rollout.Figure;
import dev.kedge.rollout.Given;
import dev.kedge.rollout.Heard;
import dev.kedge.rollout.Measures;
import dev.kedge.rollout.Progress;
import dev.kedge.rollout.RolloutSpec;
import dev.kedge.rollout.Seen;
import dev.kedge.rollout.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls of the past to a candidate and tests the difference after each, until it is decided
 * or there are no more. One instance runs once.
 */
public final class Replay {
  private final RolloutSpec spec;
  private final Measures measures;
  private final Answering candidate;
  private final Optional<Answering> current;
  private final int concurrency;
  private final Trial trial;
  private final Set<String> known = new HashSet<>();

  /* Guarded by this. */
  private long compared;
  private long reused;
  private long passedOver;
  private boolean decided;
  private @Nullable IOException broken;

  /** Where calls come from. */
  public interface Calls {
    /** Gives one line after the other until there are no more, or {@code each} wants none. */
    void read(Lines each) throws IOException, InterruptedException;
  }

  /** Takes lines. */
  public interface Lines {
    /**
     * One call.
     *
     * @return whether more are wanted
     */
    boolean line(byte[] line) throws InterruptedException;
  }

  /** Is told how far it is. */
  public interface Watching {
    /** So many were compared, now or before. */
    void compared(long calls);
  }

  /**
   * What came out.
   *
   * @param compared calls that were compared, the ones of earlier runs included
   * @param reused of these, compared in earlier runs
   * @param passedOver lines that are no call which can be sent again, or have no answer beside them
   * @param verdict in one word
   * @param figures by measure
   */
  public record Result(
      long compared, long reused, long passedOver, Figure.Verdict verdict, List<Figure> figures) {
    public Result {
      figures = List.copyOf(figures);
    }
  }

  /**
   * A replay.
   *
   * @param spec with one stage, a shadow's
   * @param current asked again; without it the recorded answers count
   */
  public Replay(
      RolloutSpec spec,
      Measures measures,
      Answering candidate,
      Optional<Answering> current,
      int concurrency) {
    this.spec = spec;
    this.measures = measures;
    this.candidate = candidate;
    this.current = current;
    this.concurrency = concurrency;
    this.trial = Trial.begin(spec, Progress.BEGINNING);
  }

  /**
   * Runs until it is decided or there are no more calls.
   *
   * @param source names the calls, for the journal
   * @param journal keeps what was compared
   */
  public Result run(Calls calls, String source, Path journal, Watching watching)
      throws IOException, InterruptedException {
    try (ReplayJournal kept = ReplayJournal.open(journal, spec, source, this::before)) {
      decided = trial.verdict() != Figure.Verdict.UNDECIDED;
      Semaphore places = new Semaphore(concurrency);
      try {
        if (!decided) calls.read(line -> begin(line, places, kept, watching));
      } finally {
        places.acquireUninterruptibly(concurrency);
      }
      synchronized (this) {
        if (broken != null) throw broken;
        return new Result(compared, reused, passedOver, trial.verdict(), trial.figures());
      }
    }
  }

  private synchronized void before(String call, Seen.Both both) {
    // A decision stands: what the journal holds behind it was on its way.
    if (!known.add(call) || trial.verdict() != Figure.Verdict.UNDECIDED) return;
    trial.add(both);
    compared++;
    reused++;
  }

  private boolean begin(byte[] line, Semaphore places, ReplayJournal kept, Watching watching)
      throws InterruptedException {
    String key = Sha256.of(line).substring(0, 24);
    synchronized (this) {
      if (decided || broken != null) return false;
      if (!known.add(key)) return true;
    }
    Optional<PastCall> call = PastCall.of(line);
    if (call.isEmpty() || (current.isEmpty() && call.get().recorded().isEmpty())) {
      synchronized (this) {
        passedOver++;
      }
      return true;
    }
    places.acquire();
    Thread.ofVirtual()
        .name("kedge-replay")
        .start(() -> {
          try {
            compare(key, call.get(), kept, watching);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            places.release();
          }
        });
    return true;
  }

  private void compare(String key, PastCall call, ReplayJournal kept, Watching watching)
      throws InterruptedException {
    long seed = Long.parseUnsignedLong(hash(key), 0, 15, 16);
    Given now = look(candidate.ask(key, call.request(), seed));
    Given then =
        look(
            current.isPresent()
                ? current.get().ask(key, call.request(), seed)
                : call.recorded().orElseThrow());
    Seen.Both both = measures.both(0, then, now);
    synchronized (this) {
      if (decided || broken != null) return;
      try {
        kept.add(key, both);
      } catch (IOException e) {
        broken = e;
        return;
      } catch (UncheckedIOException e) {
        broken = e.getCause();
        return;
      }
      trial.add(both);
      compared++;
      decided = trial.verdict() != Figure.Verdict.UNDECIDED;
      watching.compared(compared);
    }
  }

  private static Given look(Heard heard) {
    return heard.look();
  }

  private static String hash(String key) {
    return Sha256.of(key.getBytes(StandardCharsets.UTF_8));
  }
}
