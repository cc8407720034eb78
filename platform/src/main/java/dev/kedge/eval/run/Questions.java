package dev.kedge.eval.run;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks a target one question at most once, as far as a journal can tell. Any thread may ask.
 *
 * <p>A server's answers count for the fingerprint that it told with them. What an earlier run
 * journaled is taken on trust until the first new answer; if that bears another fingerprint, the
 * older answers are of another model, and {@link #outdated} says that they must be asked again. A
 * server that tells several fingerprints within one run is taken as one; {@link #fingerprints}
 * shows it.
 */
final class Questions {
  private static final int ATTEMPTS = 5;
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final int HOPELESS = 20;
  private static final int MOST_FAILURES = 10_000;

  private final Target target;
  private final Asking asking;
  private final String settings;
  private final AnswerJournal journal;
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failedInRow = new AtomicLong();

  /* Guarded by this. */
  private final Set<String> told = new LinkedHashSet<>();
  private @Nullable String trusted;
  private boolean outdated;

  Questions(Target target, Asking asking, AnswerJournal journal) {
    this.target = target;
    this.asking = asking;
    this.settings = asking.digest();
    this.journal = journal;
    this.trusted = journal.fingerprint().orElse(null);
  }

  /** SHA-256 of the model as far as its fingerprint tells. */
  static String modelDigest(Target target, String fingerprint) {
    if (target.kind() == Target.Kind.FILE) return target.identity();
    return digest(target.identity() + "\n" + fingerprint);
  }

  private static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private String key(EvalCase question, String fingerprint) {
    return digest(
        question.promptDigest() + "\n" + modelDigest(target, fingerprint) + "\n" + settings);
  }

  private synchronized List<String> valid() {
    List<String> valid = new ArrayList<>(told);
    if (trusted != null && !valid.contains(trusted)) valid.add(trusted);
    return valid;
  }

  /** Whether the journal has an answer that still counts. */
  boolean known(EvalCase question) {
    return valid().stream().anyMatch(print -> journal.has(key(question, print)));
  }

  /** The journal's answer that still counts. */
  Optional<Reply> find(EvalCase question) {
    return valid().stream()
        .flatMap(print -> journal.find(key(question, print)).stream())
        .findFirst();
  }

  /** Why a question has no answer in this run. */
  Reply failure(EvalCase question) {
    return Reply.failed(failures.getOrDefault(key(question, ""), "the call failed"), 0);
  }

  /**
   * Asks, again and again where that may help, and journals the answer. A refusal that would come
   * again is an answer too.
   *
   * @throws KedgeException if nothing but failures came back from the beginning
   */
  Reply ask(EvalCase question) throws InterruptedException {
    String id = key(question, "");
    Reply reply = Reply.failed("", 0);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
      journal.asking(id);
      long nth = asked.incrementAndGet();
      // A call that failed is another one; one whose end nobody saw keeps its name.
      String call = id.substring(0, 32) + "-" + journal.failures(id);
      reply = target.ask(question, asking, call).asNth(nth);
      if (reply.answered() || !passing(reply.error())) break;
      journal.failed(id);
    }
    if (reply.answered()) {
      answered.incrementAndGet();
      failedInRow.set(0);
      note(reply.fingerprint());
    } else {
      hopeless(reply);
      if (passing(reply.error())) {
        if (failures.size() < MOST_FAILURES) failures.put(id, reply.error());
        return reply;
      }
    }
    journal.answered(id, key(question, current(reply)), reply);
    return reply;
  }

  /* A refusal tells no fingerprint; it counts for the one that answers bear. */
  private synchronized String current(Reply reply) {
    if (reply.answered()) return reply.fingerprint();
    if (!told.isEmpty()) return told.iterator().next();
    return trusted == null ? "" : trusted;
  }

  private void hopeless(Reply reply) {
    boolean never = failedInRow.incrementAndGet() >= HOPELESS && answered.get() == 0;
    boolean needless =
        reply.error().startsWith("no_echo")
            || (reply.error().startsWith("http_404") && answered.get() == 0)
            || reply.error().startsWith("http_401")
            || reply.error().startsWith("http_403");
    if (!never && !needless) return;
    throw new KedgeException(
        new Failure.Broken(
            target.label()
                + " answers nothing: "
                + reply.error()
                + (reply.error().startsWith("no_chat_template")
                    ? "; to have texts continued instead, ask it with --plain"
                    : ""),
            "target_failed",
            false));
  }

  /** Whether the failure may be gone when asked again. */
  private static boolean passing(String error) {
    return error.matches(
        "(?s)(http_(408|409|425|429|5\\d\\d)|connect|timeout|broken_stream|broken_answer|busy):"
            + " .*");
  }

  private void note(String fingerprint) {
    synchronized (this) {
      if (!told.add(fingerprint)) return;
      if (trusted != null && !trusted.equals(fingerprint) && told.size() == 1) {
        outdated = true;
        trusted = null;
      }
    }
    journal.tells(fingerprint);
  }

  /** Whether older answers lost their worth since this was last asked. */
  synchronized boolean outdated() {
    boolean was = outdated;
    outdated = false;
    return was;
  }

  /** What the server said about itself in the answers that count. */
  synchronized List<String> fingerprints() {
    return valid().stream().filter(print -> !print.isEmpty()).toList();
  }

  /** Digest of the model that answered. */
  String modelDigest() {
    return modelDigest(target, String.join("\n", valid()));
  }

  /** Calls made. */
  long asked() {
    return asked.get();
  }
}
