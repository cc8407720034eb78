package dev.kedge.usage;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Moves the journal's records into the store, oldest first. For one thread; counts for any. */
final class Ingest {
  private static final Logger LOG = System.getLogger(Ingest.class.getName());

  private final Journal journal;
  private final UsageSink sink;
  private final int batch;
  private @Nullable SegmentReader reader;
  private List<UsageRecord> waiting = List.of();

  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong damaged = new AtomicLong();

  Ingest(Journal journal, UsageSink sink, int batch) {
    this.journal = journal;
    this.sink = sink;
    this.batch = batch;
  }

  long stored() {
    return stored.get();
  }

  long failures() {
    return failures.get();
  }

  long damaged() {
    return damaged.get();
  }

  /** What a step came to. */
  enum Step {
    /** Go on at once. */
    MOVED,
    /** The store has everything. */
    IDLE,
    /** The store or the disk failed; the same records come again. */
    FAILED
  }

  /** Moves one batch, or releases one file. */
  Step step() {
    try {
      if (!waiting.isEmpty()) return store();
      Optional<Journal.Oldest> oldest = journal.oldest();
      return oldest.isEmpty() ? Step.IDLE : read(oldest.get());
    } catch (IOException | RuntimeException e) {
      if (failures.getAndIncrement() % 100 == 0)
        LOG.log(Level.WARNING, "usage records wait for the store", e);
      return Step.FAILED;
    }
  }

  private Step read(Journal.Oldest oldest) throws IOException {
    SegmentReader in = reader;
    if (in == null || !in.path().equals(oldest.path())) {
      if (oldest.sealed() && Files.notExists(oldest.path())) return gone(oldest);
      in = new SegmentReader(oldest.path());
      reader = in;
    }
    waiting = in.read(oldest.length(), batch);
    if (!waiting.isEmpty()) return store();
    if (!oldest.sealed()) return Step.IDLE;
    release(in, oldest.segment());
    return Step.MOVED;
  }

  /** Somebody deleted the file: to wait for it would hold up all that follow. */
  private Step gone(Journal.Oldest oldest) throws IOException {
    damaged.incrementAndGet();
    LOG.log(Level.ERROR, "{0} was deleted before the store had its records", oldest.path());
    journal.release(oldest.segment(), false);
    return Step.MOVED;
  }

  private Step store() {
    sink.add(waiting);
    stored.addAndGet(waiting.size());
    waiting = List.of();
    return Step.MOVED;
  }

  private void release(SegmentReader in, Segment segment) throws IOException {
    in.close();
    reader = null;
    if (in.damaged()) {
      damaged.incrementAndGet();
      LOG.log(Level.ERROR, "{0}: {1}; set aside as .damaged", in.path(), in.damage());
    }
    journal.release(segment, in.damaged());
  }

  /** Lets go of the open file. */
  void close() throws IOException {
    SegmentReader in = reader;
    if (in != null) in.close();
  }
}
