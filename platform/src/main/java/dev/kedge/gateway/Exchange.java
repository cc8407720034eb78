package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.route.Route;
import dev.kedge.route.tier.Cascade;
import dev.kedge.route.tier.Judgement;
import dev.kedge.usage.capture.Recording;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer. One thread reads; any thread may {@link #cancel}. Closing frees every
 * place and settles what was not settled.
 */
public final class Exchange implements Watchdog.Guarded, AutoCloseable {
  /* An answer that is held back until it has been judged. */
  private static final int MOST_HELD_PARTS = 1 << 17;

  private final CallContext context;
  private final String model;
  private final String tier;
  private final @Nullable Second second;

  /* Why the answer was cut short from outside; the first reason stays. */
  private final AtomicReference<@Nullable KedgeException> interrupted = new AtomicReference<>();
  private final List<Runnable> onClose = new ArrayList<>();
  private volatile Leg leg;
  private volatile boolean cancelled;
  /* Written by the reader, read by whoever sends the first bytes. */
  private volatile String verdict = "";
  private volatile @Nullable RolledCall rolled;

  /* The reader's own. */
  private final Deque<AnswerPart> held = new ArrayDeque<>();
  private boolean judged;
  private @Nullable Recording recording;

  /**
   * What comes after a first answer that is not good enough.
   *
   * @param leg starts the large model's call
   * @param unused called where it is not needed
   */
  record Second(
      Cascade cascade, ChatRequest request, Supplier<RolledCalls.Begun> leg, Runnable unused) {}

  /**
   * @param model as the caller named it
   * @param tier what the caller is told of the choice, empty where there was none
   */
  Exchange(
      CallContext context,
      String model,
      String tier,
      RolledCalls.Begun begun,
      @Nullable Second second) {
    this.context = context;
    this.model = model;
    this.tier = tier;
    this.leg = begun.leg();
    this.rolled = begun.side();
    this.second = second;
    this.judged = second == null;
  }

  public String id() {
    return context.id();
  }

  @Override
  public long due() {
    return context.deadline();
  }

  /** Seconds since 1970. */
  public long created() {
    return context.created();
  }

  /** The model as the caller named it. */
  public String model() {
    return model;
  }

  /**
   * What the caller is told about the way of its call, by lower-case name of the header; complete
   * once the first part was read.
   */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-request-id", id());
    headers.put("x-kedge-seed", Long.toString(context.seed()));
    Leg current = leg;
    headers.put("x-kedge-model", current.target().model());
    if (!tier.isEmpty()) headers.put("x-kedge-tier", tier + verdict);
    RolledCall side = rolled;
    if (side != null) side.header().ifPresent(told -> headers.put("x-kedge-rollout", told));
    Route route = current.route();
    if (route != null) {
      headers.put("x-kedge-upstream", route.answeredBy());
      headers.put(
          "x-kedge-route",
          route.reason().name().toLowerCase(Locale.ROOT) + "; attempts=" + route.attempts());
    }
    return headers;
  }

  /**
   * Waits for the next part of the answer.
   *
   * @throws KedgeException if the answer failed or was cut short; never for an end that a model
   *     reaches by itself
   */
  public AnswerPart next() throws InterruptedException {
    try {
      if (!judged) judge();
      AnswerPart kept = held.poll();
      AnswerPart part = kept != null ? kept : read();
      if (recording != null) record(recording, part);
      return part;
    } catch (KedgeException e) {
      KedgeException reason = interrupted.get();
      throw reason != null ? reason : e;
    }
  }

  private AnswerPart read() throws InterruptedException {
    RolledCall side = rolled;
    if (side == null) return leg.next();
    try {
      AnswerPart part = leg.next();
      side.part(leg, part);
      return part;
    } catch (KedgeException e) {
      KedgeException reason = interrupted.get();
      Leg other = side.failed(leg, reason != null ? reason : e, cancelled);
      if (other == null) throw e;
      leg.close();
      leg = other;
      /* A cancel may have come before it could see the second leg. */
      if (cancelled) other.cancel();
      return read();
    }
  }

  private void record(Recording recorder, AnswerPart part) {
    recorder.part(part);
    if (!(part instanceof AnswerPart.End)) return;
    recorder.finish(leg.target().model());
    recording = null;
  }

  /* The small model's whole answer is read before anything of it is told. */
  private void judge() throws InterruptedException {
    judged = true;
    Second next = second;
    if (next == null) return;
    List<AnswerPart> parts = new ArrayList<>();
    Judgement judgement = read(parts, next);
    if (judgement.good()) {
      next.unused.run();
      held.addAll(parts);
      return;
    }
    leg.close();
    RolledCall side = rolled;
    if (side != null) side.close(leg);
    rolled = null;
    verdict = "; small failed: " + judgement.reason();
    RolledCalls.Begun begun = next.leg.get();
    Leg large = begun.leg();
    leg = large;
    rolled = begun.side();
    /* A cancel may have come before it could see the second leg. */
    if (cancelled) large.cancel();
  }

  private Judgement read(List<AnswerPart> parts, Second next) throws InterruptedException {
    try {
      while (parts.size() < MOST_HELD_PARTS) {
        AnswerPart part = read();
        parts.add(part);
        if (part instanceof AnswerPart.End) return next.cascade.judge(next.request, parts);
      }
      return new Judgement(false, "too-long");
    } catch (KedgeException e) {
      if (cancelled || e.failure() instanceof Failure.Invalid) throw e;
      return new Judgement(false, e.failure().code());
    }
  }

  /** Frees every place at once; whoever reads sees the call end. */
  public void cancel() {
    cancelled = true;
    leg.cancel();
  }

  @Override
  public void expire() {
    interrupt(
        new KedgeException(
            new Failure.TimedOut(
                "the call took longer than its deadline allows", "deadline_exceeded")));
  }

  void interrupt(KedgeException reason) {
    interrupted.compareAndSet(null, reason);
    cancel();
  }

  /** Before the exchange is handed out: keeps what it says. */
  void keep(Recording recorder) {
    recording = recorder;
  }

  /** Before the exchange is handed out: what is done when it is closed, last one first. */
  void onClose(Runnable action) {
    onClose.add(action);
  }

  /** Cancels what still runs. Called once, by the reader. */
  @Override
  public void close() {
    cancelled = true;
    try {
      leg.close();
      if (!judged && second != null) second.unused.run();
      if (recording != null) recording.abandon();
      RolledCall side = rolled;
      if (side != null) side.close(leg);
    } finally {
      onClose.reversed().forEach(Runnable::run);
    }
  }
}
