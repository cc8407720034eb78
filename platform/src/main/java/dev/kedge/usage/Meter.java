package dev.kedge.usage;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Records each answered request exactly once. Any thread may call {@link #record}.
 *
 * <h2>The problem</h2>
 *
 * A record must outlive everything that can happen after the last byte of an answer: the process is
 * killed, the machine loses its power, the database is away or slow. Writing it into the database
 * before the call ends would cost each call a commit and stop all calls whenever the database
 * stops; keeping it in memory until later would lose it.
 *
 * <h2>The way of a record</h2>
 *
 * <ol>
 *   <li>The caller's thread turns it into a frame of about 250 bytes with a checksum, takes a lock
 *       and appends the frame to a file with one plain {@code write}. When that returns, the bytes
 *       are in the kernel's page cache, which the death of the process (kill -9 too) does not
 *       touch. That is all that a call pays: a few microseconds, no thread hop, nothing forced to
 *       the disk.
 *   <li>A thread of its own forces the file to the disk every {@link MeterOptions#syncEvery}: one
 *       sync for however many records came in between. It holds no lock meanwhile. A loss of power
 *       costs at most that span.
 *   <li>Another thread reads the files, oldest first and the growing one too, and gives the records
 *       to the store in transactions that are durable when they end. When a file is full and the
 *       store has all of it, it is deleted, never before.
 * </ol>
 *
 * <h2>Why once</h2>
 *
 * Not lost: a record is in a file until a durable transaction holds it. Not doubled: a crash
 * between the transaction and the deletion, or a connection that breaks before the answer to a
 * commit, makes the same records come again, and the store leaves an id alone that it has. So the
 * id must be unique among all requests of all nodes and all times; it is the gateway's, never the
 * client's.
 *
 * <h2>What a crash leaves</h2>
 *
 * A process never appends to a file of an earlier one. It reads what that left: each frame that has
 * its marker, a length in bounds and the right CRC-32C. A torn frame at the end is a record whose
 * {@code record} never returned. A place in the middle that is no frame (a disk's fault, or pages
 * that a loss of power wrote out of order) is stepped over byte by byte to the next marker whose
 * checksum is right, and the file is kept as {@code .damaged} for people to look at. A lock file
 * keeps a second process out of the folder.
 *
 * <h2>Bounds</h2>
 *
 * Memory: one batch of records and one buffer of 256 KiB, whatever the load. Disk: {@link
 * MeterOptions#journalBytes}; the default holds about a million records, minutes of a store that is
 * away at full load and days at a usual one. When the journal is full, or the disk takes nothing,
 * {@link #record} waits until there is room: calls become slow, records are not dropped. {@link
 * #stalled} tells the gateway, which can refuse new calls rather than let them pile up. Closing
 * lets the waiting ones in past the bound.
 *
 * <h2>Why not</h2>
 *
 * The store's own write-ahead log: SQLite has one writer, on which budgets wait with their
 * reserves. A memory-mapped file: as fast, but a full disk is a fatal signal instead of an
 * exception. Direct or synchronous writes: a sync costs milliseconds, and there is one per call.
 * Appends without a lock ({@code O_APPEND} is atomic): a half-written frame of a full disk would
 * stand between others; the lock is held for about a microsecond.
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

  /** Whether a record waits, because the journal is full or the disk takes nothing. */
  public boolean stalled() {
    return journal.stalled();
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
