package dev.kedge.engine;

import dev.kedge.engine.kernel.ThreadEnd;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads what an engine serves a second time, after its start: all of the model file against its
 * digest, then the prepared weights against what packing that file gives. A start may trust {@link
 * dev.kedge.engine.weights.DigestRecord}s; this does not. What differs stops the engine. Afterwards
 * it looks every now and then whether somebody has touched the file, and if so reads it again.
 *
 * <p>A thread of its own, which reads so slowly that answers do not suffer.
 */
public final class WeightsWatch implements AutoCloseable {
  /** Bytes per second: a file of 5 GB is read within two minutes, at a few percent of one core. */
  public static final long DEFAULT_RATE = 100_000_000;

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

  private final Model model;
  private final Engine engine;
  private final FileDigest expected;
  private final long bytesPerSecond;
  private final Consumer<Report> told;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private WeightsWatch(
      Model model, Engine engine, FileDigest expected, long bytesPerSecond, Consumer<Report> told) {
    this.model = model;
    this.engine = engine;
    this.expected = expected;
    this.bytesPerSecond = bytesPerSecond;
    this.told = told;
    this.thread = Thread.ofPlatform().daemon().name("kedge-verify").unstarted(this::run);
  }

  /**
   * Begins to read.
   *
   * @param expected of the model's file
   * @param bytesPerSecond at most so fast
   * @param told what came of it, once per reading, from the watch's thread
   */
  public static WeightsWatch start(
      Model model, Engine engine, FileDigest expected, long bytesPerSecond, Consumer<Report> told) {
    WeightsWatch watch = new WeightsWatch(model, engine, expected, bytesPerSecond, told);
    model.retain();
    watch.thread.start();
    return watch;
  }

  /**
   * What came of one reading.
   *
   * @param sound whether all is as recorded
   */
  public record Report(boolean sound, String text) {}

  /** Thrown within, to end. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void run() {
    try {
      Path path = model.path();
      Optional<FileStat> seen = Optional.empty();
      boolean prepared = false;
      while (engine.alive()) {
        Optional<FileStat> now = stat(path);
        // A file that was removed or replaced is still the one that is mapped.
        if (!prepared || (now.isPresent() && !now.equals(seen))) {
          seen = now;
          if (!verify(!prepared)) return;
          prepared = true;
        }
        sleep(BETWEEN_LOOKS);
      }
    } catch (Ended e) {
      return;
    } finally {
      model.release();
    }
  }

  private static Optional<FileStat> stat(Path path) {
    try {
      return FileStat.of(path);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean verify(boolean packedToo) {
    Optional<String> problem;
    try {
      problem = problem(packedToo);
    } catch (InternalError e) {
      problem = Optional.of(model.path() + " cannot be read any more, it may have been shortened");
    }
    if (problem.isPresent()) {
      engine.stop(problem.get());
      told.accept(new Report(false, problem.get() + "; the engine was stopped"));
      return false;
    }
    told.accept(
        new Report(
            true, model.path() + " was read again: it is the recorded file " + expected.sha256()));
    return true;
  }

  /* What is wrong with what is served, if something is. */
  private Optional<String> problem(boolean packedToo) {
    FileDigest read = FileDigest.of(model.bytes(), new Pace());
    if (!read.equals(expected)) {
      return Optional.of(
          "%s is not the recorded file: its SHA-256 is %s, not %s"
              .formatted(model.path(), read.sha256(), expected.sha256()));
    }
    if (packedToo && !model.verifyPrepared(new Pace())) {
      return Optional.of(
          "the prepared weights beside %s are not those of the model: delete the file and start again"
              .formatted(model.path()));
    }
    return Optional.empty();
  }

  /* Waits where it is ahead of its rate. */
  private final class Pace implements FileDigest.Progress {
    private final long start = System.nanoTime();

    @Override
    public void read(long bytes) {
      if (!engine.alive()) throw new Ended();
      double due = (double) bytes / bytesPerSecond * 1e9;
      long ahead = (long) due - (System.nanoTime() - start);
      sleep(Duration.ofNanos(Math.max(0, ahead)));
    }
  }

  private void sleep(Duration time) {
    try {
      if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) throw new Ended();
    } catch (InterruptedException e) {
      throw new Ended();
    }
  }

  /** Ends it and waits until it has let go of the model. */
  @Override
  public void close() {
    closed.countDown();
    ThreadEnd.await(thread);
  }
}
