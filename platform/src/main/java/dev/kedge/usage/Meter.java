package dev.kedge.usage;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Records each answered request exactly once. {@link #record} may be called from any thread; it
 * takes a few microseconds.
 */
public final class Meter implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Meter.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Journal journal;
  private final Ingest ingest;
  private final MeterOptions options;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch drained = new CountDownLatch(1);
  private final Thread syncs;
  private final Thread stores;

  private Meter(Journal journal, UsageSink sink, MeterOptions options) {
    this.journal = journal;
    this.options = options;
    this.ingest = new Ingest(journal, sink, options.batch());
    this.syncs = Thread.ofPlatform().name("kedge-usage-sync").daemon().unstarted(this::syncLoop);
    this.stores = Thread.ofPlatform().name("kedge-usage-store").daemon().unstarted(this::storeLoop);
  }

  /**
   * Opens the journal in a folder and begins to move what is in it into the store.
   *
   * @param folder on a disk of this machine; made if need be; of one process at a time
   * @throws dev.kedge.base.KedgeException where another process has the folder
   */
  public static Meter open(Path folder, UsageSink sink, MeterOptions options) throws IOException {
    Journal journal = Journal.open(folder, options.segmentBytes(), options.journalBytes());
    Meter meter = new Meter(journal, sink, options);
    meter.syncs.start();
    meter.stores.start();
    return meter;
  }

  /**
   * Records an answered request. When this returns, the record survives the death of the process,
   * and {@link MeterOptions#syncEvery} later the loss of power. Waits while the journal is full.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public void record(UsageRecord record) {
    journal.append(RecordCodec.frame(record));
  }

  /** How it stands. */
  public MeterState state() {
    Journal.State state = journal.state();
    return new MeterState(
        state.frames(),
        ingest.stored(),
        state.bytes(),
        state.stalls(),
        ingest.failures(),
        ingest.damaged());
  }

  private void syncLoop() {
    boolean failing = false;
    boolean done = false;
    while (!done) {
      done = pause(drained, options.syncEvery());
      try {
        journal.sync();
        failing = false;
      } catch (IOException e) {
        if (!failing) LOG.log(Level.ERROR, "the usage journal cannot be forced to the disk", e);
        failing = true;
      }
    }
  }

  private void storeLoop() {
    Duration pause = FIRST_PAUSE;
    while (true) {
      boolean last = closing.getCount() == 0;
      switch (ingest.step()) {
        case MOVED -> pause = FIRST_PAUSE;
        case IDLE -> {
          if (last) return;
          pause(closing, options.storeEvery());
        }
        case FAILED -> {
          // At the end one failure is enough: the journal keeps what the store does not take.
          if (last) return;
          pause(closing, pause);
          pause = longer(pause);
        }
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Waits until the latch opens, at most so long, and says whether it is open. */
  private static boolean pause(CountDownLatch latch, Duration most) {
    try {
      return latch.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts these threads but a test harness that ends; the latch still decides.
      return latch.getCount() == 0;
    }
  }

  /**
   * Takes the last records, gives the store what it takes in {@link MeterOptions#closeWithin}, and
   * leaves the rest on the disk for the next start. Records must not be given any more.
   */
  @Override
  public void close() throws IOException {
    journal.finish(options.closeWithin());
    closing.countDown();
    try {
      stores.join(options.closeWithin());
      drained.countDown();
      syncs.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      drained.countDown();
      journal.close();
      if (!stores.isAlive()) ingest.close();
    }
  }
}
