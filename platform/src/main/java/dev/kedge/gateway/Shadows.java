package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.config.Priority;
import dev.kedge.config.RateLimits;
import dev.kedge.config.RolloutSection.ShadowLimits;
import dev.kedge.config.Tenant;
import dev.kedge.limit.Reservation;
import dev.kedge.rollout.Arm;
import dev.kedge.rollout.Given;
import dev.kedge.rollout.Heard;
import dev.kedge.rollout.HeardParts;
import dev.kedge.rollout.Rollout;
import dev.kedge.rollout.Seen;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * Sends copies of answered calls to a candidate and judges answers, behind bounded queues and away
 * from every caller. What finds no room is dropped and counted. Copies wait behind all callers of
 * the candidate, are paid from budgets of their own, are recorded as tenant {@value #TENANT}, and
 * are kept nowhere. {@link #copy} and {@link #judge} may be called from any thread and never wait.
 */
final class Shadows implements AutoCloseable {
  /** In records and metrics, in place of the caller's tenant. */
  static final String TENANT = "kedge.shadow";

  private static final System.Logger LOG = System.getLogger("dev.kedge.rollout");
  private static final int MOST_JUDGED = 1_024;
  private static final long LARGEST_COPY_BYTES = 4L << 20;
  private static final long MOST_HELD_BYTES = 64L << 20;
  private static final int VALUE_BYTES = 32;
  private static final int LOOK_EVERY_MILLIS = 200;

  private final Rollout rollout;
  private final ShadowLimits limits;
  private final Legs legs;
  private final InstantSource clock;
  private final Principal payer;
  private final BlockingQueue<Copy> copies;
  private final BlockingQueue<Judged> answers = new ArrayBlockingQueue<>(MOST_JUDGED);
  private final AtomicLong held = new AtomicLong();
  private final Set<Running> running = ConcurrentHashMap.newKeySet();
  private final Watchdog deadlines = new Watchdog();
  private volatile boolean closed;

  /**
   * A call that is to be repeated.
   *
   * @param stage in which it was made
   * @param heard the current model's answer
   */
  record Copy(
      int stage, Bookkeeping.About about, Target candidate, TokenBounds bounds, Heard heard) {}

  private record Judged(int stage, Arm arm, Heard heard) {}

  /** A copy under way, which its deadline or the end of the gateway cancels. */
  private record Running(Leg leg, long due) implements Watchdog.Guarded {
    @Override
    public void expire() {
      leg.cancel();
    }
  }

  Shadows(Rollout rollout, ShadowLimits limits, Legs legs, InstantSource clock) {
    this.rollout = rollout;
    this.limits = limits;
    this.legs = legs;
    this.clock = clock;
    this.copies = new ArrayBlockingQueue<>(limits.queue());
    Principal nobody =
        Principal.anonymous(
            new Tenant(TENANT, 1.0, Priority.BATCH, RateLimits.NONE, limits.budgets()));
    this.payer = nobody;
    for (int i = 0; i < limits.concurrency(); i++) begin("kedge-shadow", this::sendCopies);
    begin("kedge-rollout-judge", this::judgeAnswers);
  }

  private static void begin(String name, Runnable work) {
    Thread.ofVirtual().name(name).start(work);
  }

  /** Has an answer judged. */
  void judge(int stage, Arm arm, Heard heard) {
    long bytes = Math.max(0, heard.bytes());
    keep(answers, new Judged(stage, arm, heard), bytes);
  }

  /** Has a call repeated by the candidate. */
  void copy(Copy copy) {
    long bytes = bytes(copy);
    if (bytes > LARGEST_COPY_BYTES) rollout.droppedCopy();
    else keep(copies, copy, bytes);
  }

  private <T> void keep(BlockingQueue<T> queue, T one, long bytes) {
    if (closed) return;
    if (held.addAndGet(bytes) <= MOST_HELD_BYTES && queue.offer(one)) return;
    held.addAndGet(-bytes);
    rollout.droppedCopy();
  }

  private static long bytes(Copy copy) {
    return Math.max(0, copy.heard().bytes()) + bytes(copy.about().request().source().body());
  }

  /** About the memory that a request holds. */
  private static long bytes(JsonNode node) {
    long bytes = VALUE_BYTES;
    if (node.isString()) bytes += node.stringValue().length();
    for (JsonNode child : node) bytes += bytes(child);
    return bytes;
  }

  private void judgeAnswers() {
    try {
      while (!closed) {
        Judged next = answers.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) continue;
        held.addAndGet(-Math.max(0, next.heard().bytes()));
        quietly(() ->
            rollout.saw(
                new Seen.One(
                    next.stage(), next.arm(), rollout.measures().of(next.heard().look()))));
      }
    } catch (InterruptedException _) {
      /* Closed. */
    }
  }

  private void sendCopies() {
    try {
      while (!closed) {
        Copy next = copies.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        if (next == null) continue;
        held.addAndGet(-bytes(next));
        // While it waited, the shadow may have been decided.
        if (rollout.progress().stage() == next.stage() && rollout.testing()) {
          quietly(() -> send(next));
        }
      }
    } catch (InterruptedException _) {
      /* Closed. */
    }
  }

  /* A fault of ours must not end the thread. */
  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a rollout's work failed", e);
    }
  }

  private void send(Copy copy) {
    long now = System.nanoTime();
    CallContext of = copy.about().context();
    CallContext context =
        new CallContext(
            of.id() + "/shadow",
            of.created(),
            of.seed(),
            now + limits.timeout().toNanos(),
            // Everything else has no other form than that in which it is relayed.
            copy.about().request() instanceof ChatRequest,
            of.headers(),
            of.tenant(),
            Priority.BATCH.rank());
    Bookkeeping.About about =
        new Bookkeeping.About(
            payer,
            copy.about().request(),
            context,
            copy.about().task(),
            "shadow",
            rollout.id(),
            clock.instant());
    Legs.Asked asked =
        new Legs.Asked(
            copy.about().request().withModel(copy.candidate().model()),
            context,
            copy.bounds(),
            now);
    Leg leg;
    try {
      Reservation money = legs.money(about, copy.candidate(), copy.bounds());
      leg = legs.leg(context.id(), about, copy.candidate(), asked, money);
    } catch (KedgeException e) {
      // No money or no place: that says nothing about the candidate.
      rollout.droppedCopy();
      return;
    }
    follow(copy, new Running(leg, context.deadline()));
  }

  private void follow(Copy copy, Running run) {
    running.add(run);
    deadlines.watch(run);
    if (closed) run.leg().cancel();
    try (Leg leg = run.leg()) {
      Optional<Heard> answer = hear(leg, copy);
      if (closed) return;
      if (answer.isEmpty()) {
        rollout.droppedCopy();
        return;
      }
      Given current = copy.heard().look();
      rollout.saw(rollout.measures().both(copy.stage(), current, answer.get().look()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      deadlines.release(run);
      running.remove(run);
    }
  }

  /* Nothing where the call never had a place. */
  private static Optional<Heard> hear(Leg leg, Copy copy) throws InterruptedException {
    HeardParts parts = new HeardParts();
    try {
      AnswerPart part;
      do {
        part = leg.next();
        parts.add(part);
      } while (!(part instanceof AnswerPart.End));
      double dollars = leg.spent().nanos() * 1e-9;
      return Optional.of(parts.heard(copy.about().request(), worked(leg), dollars));
    } catch (KedgeException e) {
      if (leg.workedNanos() < 0) return Optional.empty();
      return Optional.of(Heard.failed(copy.about().request(), worked(leg)));
    }
  }

  private static Duration worked(Leg leg) {
    return Duration.ofNanos(Math.max(0, leg.workedNanos()));
  }

  /** Cancels the copies under way and forgets those that wait. */
  @Override
  public void close() {
    closed = true;
    copies.clear();
    // No thread is interrupted: it may just write a record, and a file takes that for its end.
    running.forEach(run -> run.leg().cancel());
    deadlines.close();
  }
}
