package dev.kedge.usage.capture;

import dev.kedge.call.ApiRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.config.CaptureRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps full exchanges by the rules of the configuration. Methods may be called from any thread and
 * never wait.
 */
public final class Capture implements AutoCloseable {
  private static final int QUEUE = 1_024;
  private static final long MOST_HELD_BYTES = 64L << 20;
  private static final long LARGEST_EXCHANGE_BYTES = 8L << 20;
  private static final int VALUE_BYTES = 32;
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private final List<CaptureRule> rules;
  private final InstantSource clock;
  private final BlockingQueue<Recording> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final CaptureWriter writer;

  private Capture(
      CaptureFolder folder, List<CaptureRule> rules, Redactor redactor, InstantSource clock) {
    this.rules = List.copyOf(rules);
    this.clock = clock;
    this.writer = new CaptureWriter(this, folder, this.rules, redactor, clock, queue);
  }

  /**
   * Begins to capture.
   *
   * @param folder with a folder per task; made if need be, for the owner only
   * @param redactor applied to every text before anything is written
   */
  public static Capture open(
      Path folder, List<CaptureRule> rules, Redactor redactor, InstantSource clock)
      throws IOException {
    CaptureFolder files = new CaptureFolder(folder);
    if (!rules.isEmpty()) files.create();
    Capture capture = new Capture(files, rules, redactor, clock);
    if (!rules.isEmpty()) capture.writer.start();
    return capture;
  }

  /**
   * Begins to keep an exchange, if a rule wants it.
   *
   * @param id of the request, which decides whether it is in the sample
   * @param task that the caller named
   */
  public Optional<Recording> start(String id, Optional<String> task, ApiRequest request) {
    if (request instanceof EmbeddingRequest) return Optional.empty();
    for (CaptureRule rule : rules) {
      if (!applies(rule, task, request.model())) continue;
      return Sample.has(id, rule.sample()) ? begin(rule, id, request) : Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean applies(CaptureRule rule, Optional<String> task, String model) {
    if (task.isPresent() && !task.get().equals(rule.task())) return false;
    if (rule.models().isEmpty()) return task.isPresent();
    return rule.models().contains(model);
  }

  private Optional<Recording> begin(CaptureRule rule, String id, ApiRequest request) {
    ObjectNode body = request.source().body();
    long bytes = size(body);
    if (!reserve(0, bytes)) return Optional.empty();
    return Optional.of(new Recording(this, rule, id, clock.instant(), body, bytes));
  }

  /** About the memory that a request holds. */
  private static long size(JsonNode node) {
    long bytes = VALUE_BYTES;
    if (node.isString()) bytes += node.stringValue().length();
    for (JsonNode child : node) bytes += size(child);
    return bytes;
  }

  /** Takes more memory for an exchange; where there is none, the exchange counts as dropped. */
  boolean reserve(long has, long more) {
    if (has + more <= LARGEST_EXCHANGE_BYTES) {
      if (held.addAndGet(more) <= MOST_HELD_BYTES) return true;
      held.addAndGet(-more);
    }
    dropped.incrementAndGet();
    return false;
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }

  void offer(Recording recording) {
    if (writer.closing() || !queue.offer(recording)) {
      dropped.incrementAndGet();
      release(recording.reserved());
    }
  }

  /** How it stands. */
  public CaptureState state() {
    return writer.state(dropped.get(), held.get());
  }

  /** Writes what has been finished, within ten seconds. */
  @Override
  public void close() {
    writer.close(CLOSE_WITHIN);
  }
}
