package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.rollout.Arm;
import dev.kedge.rollout.Heard;
import dev.kedge.rollout.HeardParts;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model that has a rollout: which side answers it, and what is learnt from that. For
 * the thread that reads the answer; {@link #header} for any.
 */
final class RolledCall {
  private final RolloutRoute route;
  private final Bookkeeping.About about;
  private final TokenBounds bounds;
  private final Arm arm;
  private final boolean copied;
  private final @Nullable Fallback fallback;
  private final int stage;
  private final boolean testing;
  private final HeardParts parts = new HeardParts();
  private boolean spareUsed;
  private boolean over;
  private boolean uncounted;
  private @Nullable Duration candidateFailed;
  private @Nullable Heard said;
  private volatile String failure = "";

  /**
   * The current model's answer where the candidate has none.
   *
   * @param leg starts it
   * @param unused called where it is not needed
   */
  record Fallback(Supplier<Leg> leg, Runnable unused) {}

  RolledCall(
      RolloutRoute route,
      Bookkeeping.About about,
      Legs.Asked asked,
      Arm arm,
      boolean copied,
      @Nullable Fallback fallback) {
    this.route = route;
    this.about = about;
    this.bounds = asked.bounds();
    this.arm = arm;
    this.copied = copied;
    this.fallback = fallback;
    this.stage = route.rollout().progress().stage();
    this.testing = route.rollout().testing();
  }

  /** What the caller is told; nothing of copies. */
  Optional<String> header() {
    String id = route.rollout().id();
    if (arm == Arm.CURRENT) {
      return copied ? Optional.empty() : Optional.of(id + "; arm=current");
    }
    return Optional.of(
        failure.isEmpty()
            ? id + "; arm=candidate"
            : id + "; arm=current; candidate failed: " + failure);
  }

  /** The current model's answer, because the candidate's could not even begin. */
  Leg instead(KedgeException e, boolean counts) {
    Fallback spare = fallback;
    if (spare == null) throw e;
    if (counts) candidateFailed = Duration.ZERO;
    else uncounted = true;
    failure = e.failure().code();
    spareUsed = true;
    return spare.leg().get();
  }

  /** A part that was read. */
  void part(Leg leg, AnswerPart part) {
    Fallback spare = fallback;
    if (spare != null && !spareUsed) {
      spareUsed = true;
      spare.unused().run();
    }
    if (!testing || over) return;
    parts.add(part);
    if (part instanceof AnswerPart.End) ended(leg);
  }

  private void ended(Leg leg) {
    over = true;
    Duration time = Duration.ofNanos(Math.max(0, leg.workedNanos()));
    said = parts.heard(about.request(), time, leg.spent().nanos() * 1e-9);
  }

  /**
   * The answer failed.
   *
   * @param gone whether the call was ended from outside
   * @return the current model's answer, where it can be had instead
   */
  @Nullable Leg failed(Leg leg, KedgeException e, boolean gone) {
    Duration time = Duration.ofNanos(Math.max(0, leg.workedNanos()));
    boolean candidates = arm == Arm.CANDIDATE && candidateFailed == null && !uncounted;
    if (candidates && !leg.delivered() && !gone && !spareUsed) {
      candidateFailed = time;
      failure = e.failure().code();
      spareUsed = true;
      return fallback == null ? null : fallback.leg().get();
    }
    if (!testing || over) return null;
    over = true;
    if (counts(leg, e, gone)) said = Heard.failed(about.request(), time);
    return null;
  }

  /* Not what the caller did wrong, nor what we ended ourselves; a wait in vain is a failure. */
  private static boolean counts(Leg leg, KedgeException e, boolean gone) {
    return switch (e.failure()) {
      case Failure.Invalid _ -> false;
      case Failure.TimedOut _ -> true;
      default -> gone ? !leg.delivered() && leg.workedNanos() > 0 && !ours(e) : true;
    };
  }

  private static boolean ours(KedgeException e) {
    return e.failure().code().equals("shutting_down");
  }

  private void tell(Heard heard) {
    if (uncounted) return;
    if (arm == Arm.CANDIDATE) {
      Duration failed = candidateFailed;
      Heard of = failed == null ? heard : Heard.failed(about.request(), failed);
      route.shadows().judge(stage, Arm.CANDIDATE, of);
    } else if (!copied) {
      route.shadows().judge(stage, Arm.CURRENT, heard);
    } else {
      route.shadows().copy(new Shadows.Copy(stage, about, route.candidate(), bounds, heard));
    }
  }

  /** The call has ended, whatever it was. */
  void close(Leg leg) {
    Fallback spare = fallback;
    if (spare != null && !spareUsed) {
      spareUsed = true;
      spare.unused().run();
    }
    boolean inVain = !over && testing && !leg.delivered() && leg.workedNanos() >= 0;
    // The caller left before a word came.
    if (inVain) said = Heard.failed(about.request(), Duration.ofNanos(leg.workedNanos()));
    over = true;
    Heard last = said;
    // Only now: the caller has its answer.
    if (last != null) tell(last);
  }
}
