package dev.kedge.usage.capture;

import dev.kedge.config.CaptureRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Redacts and writes exchanges on a thread of its own; expires and evicts what is in files. */
final class CaptureWriter {
  private static final Logger LOG = System.getLogger(CaptureWriter.class.getName());
  private static final JsonMapper JSON = new JsonMapper();
  private static final int BATCH_BYTES = 256 * 1024;
  private static final Duration LONGEST_BATCH = Duration.ofSeconds(1);
  private static final Duration BETWEEN_EXPIRIES = Duration.ofSeconds(30);
  private static final long TICK_MILLIS = 100;

  private final Capture capture;
  private final CaptureFolder folder;
  private final List<CaptureRule> rules;
  private final RedactedJson redacted;
  private final InstantSource clock;
  private final BlockingQueue<Recording> queue;
  private final Map<String, Batch> batches = new HashMap<>();
  private final Thread thread;
  private Instant nextExpiry = Instant.MIN;

  // Written by the closing thread.
  private volatile boolean closing;

  private final AtomicLong written = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong evicted = new AtomicLong();
  private final AtomicLong expired = new AtomicLong();

  /** Lines of one task on their way. */
  private static final class Batch {
    final CaptureRule rule;
    final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    final long begun = System.nanoTime();
    int count;

    Batch(CaptureRule rule) {
      this.rule = rule;
    }

    boolean due() {
      return lines.size() >= BATCH_BYTES || System.nanoTime() - begun >= LONGEST_BATCH.toNanos();
    }
  }

  CaptureWriter(
      Capture capture,
      CaptureFolder folder,
      List<CaptureRule> rules,
      Redactor redactor,
      InstantSource clock,
      BlockingQueue<Recording> queue) {
    this.capture = capture;
    this.folder = folder;
    this.rules = rules;
    this.redacted = new RedactedJson(redactor);
    this.clock = clock;
    this.queue = queue;
    this.thread = Thread.ofPlatform().name("kedge-capture").daemon().unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  boolean closing() {
    return closing;
  }

  CaptureState state(long dropped, long held) {
    return new CaptureState(
        written.get(), dropped, failed.get(), evicted.get(), expired.get(), held);
  }

  private void work() {
    while (true) {
      boolean last = closing;
      Recording next = next();
      if (next != null) add(next);
      for (Batch batch : List.copyOf(batches.values())) if (last || batch.due()) flush(batch);
      expire();
      if (last && next == null) return;
    }
  }

  private @Nullable Recording next() {
    try {
      return closing ? queue.poll() : queue.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return null; // nobody interrupts this thread on purpose; 'closing' ends it
    }
  }

  private void add(Recording recording) {
    try {
      byte[] line = line(recording);
      Batch batch = batches.computeIfAbsent(recording.rule.task(), _ -> new Batch(recording.rule));
      batch.lines.writeBytes(line);
      batch.count++;
    } catch (RuntimeException | StackOverflowError e) {
      // Without the message, which may hold what was to be redacted.
      fail(1, "an exchange of {0} is not kept: {1}", recording.rule.task(), e.getClass().getName());
    } finally {
      capture.release(recording.reserved());
    }
  }

  private byte[] line(Recording recording) {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", recording.id);
    line.put("time", recording.time.toString());
    line.put("task", recording.rule.task());
    line.put("model", recording.model());
    line.set("request", redacted.copy(recording.request));
    line.set("answer", AnswerText.of(recording.parts()).json(redacted::text));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(JSON.writeValueAsBytes(line));
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private void flush(Batch batch) {
    String task = batch.rule.task();
    batches.remove(task);
    try {
      evicted.addAndGet(folder.append(batch.rule, batch.lines.toByteArray(), clock.instant()));
      written.addAndGet(batch.count);
    } catch (IOException | RuntimeException e) {
      fail(batch.count, "exchanges of {0} cannot be written: {1}", task, String.valueOf(e));
    }
  }

  private void expire() {
    Instant now = clock.instant();
    if (now.isBefore(nextExpiry)) return;
    nextExpiry = now.plus(BETWEEN_EXPIRIES);
    for (CaptureRule rule : rules) {
      try {
        expired.addAndGet(folder.expire(rule, now));
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "exchanges of {0} do not expire: {1}", rule.task(), e.toString());
      }
    }
  }

  private void fail(int count, String message, String task, String reason) {
    // A disk that is full fails every time: not every time is told.
    if (failed.getAndAdd(count) % 1_000 == 0) LOG.log(Level.WARNING, message, task, reason);
  }

  void close(Duration within) {
    closing = true;
    // Without a rule it never began.
    if (thread.getState() == Thread.State.NEW) return;
    try {
      thread.join(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
