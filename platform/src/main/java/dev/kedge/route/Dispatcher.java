package dev.kedge.route;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls on the first candidate that takes them, and fails over while nothing was delivered.
 *
 * <p>Order: the groups as declared, within a group as the {@link Balancer} picks; then the last
 * resort; then, where there is none, upstreams that probes call down, since a wrong probe must not
 * stop a service that works. An upstream whose circuit is open, that asked to be left alone or that
 * has no place is passed over without an attempt. Thread-safe.
 */
public final class Dispatcher {
  private final Balancer balancer;
  private final RetryPolicy policy;
  private final RetryBudget budget;
  private final LongSupplier nanoTime;
  private final FailedTries failedTries;

  /** Is told of each try that failed, whoever answered the call in the end. Any thread may call. */
  public interface FailedTries {
    /** An upstream, or an engine's model, could not answer for this reason. */
    void failed(String upstream, Failure failure);
  }

  /**
   * @param nanoTime as {@link System#nanoTime}, the clock of {@link CallContext#deadline}
   */
  public Dispatcher(Balancer balancer, RetryPolicy policy, LongSupplier nanoTime) {
    this(balancer, policy, nanoTime, (_, _) -> {});
  }

  /** As above; failures are told to somebody. */
  public Dispatcher(
      Balancer balancer, RetryPolicy policy, LongSupplier nanoTime, FailedTries failedTries) {
    this.balancer = balancer;
    this.failedTries = failedTries;
    this.policy = policy;
    this.budget = new RetryBudget(policy);
    this.nanoTime = nanoTime;
  }

  /**
   * Starts one answer. Failures of upstreams are retried elsewhere inside of {@link
   * Dispatched#next} until it has returned its first part.
   *
   * @throws KedgeException at once where the caller is wrong, or Unavailable where nobody can take
   *     the call
   */
  public Dispatched start(Candidates candidates, ApiRequest request, CallContext context) {
    budget.called();
    return new Dispatched(this, candidates, request, context);
  }

  /**
   * Asks the upstreams of a model, in their order, how many tokens a prompt has.
   *
   * @return nothing where none of them tells
   * @throws KedgeException what the last one threw that should have told
   */
  public OptionalLong count(Candidates candidates, ChatRequest request, CallContext context)
      throws InterruptedException {
    KedgeException failure = null;
    for (List<Replica> group : candidates.groups()) {
      for (Replica replica : group) {
        if (!replica.isUp() || !replica.hasRoom(now())) continue;
        try {
          OptionalLong told = replica.backend().count(request, context);
          if (told.isPresent()) return told;
        } catch (KedgeException e) {
          if (!e.failure().retryable()) throw e;
          failure = e;
        }
      }
    }
    if (failure != null) throw failure;
    return OptionalLong.empty();
  }

  FailedTries failedTries() {
    return failedTries;
  }

  RetryPolicy policy() {
    return policy;
  }

  RetryBudget budget() {
    return budget;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** The prompt as the balancer sees it; hashed only where there is something to choose. */
  PromptBlocks prompt(Candidates candidates, ApiRequest request) {
    for (List<Replica> group : candidates.groups()) {
      if (group.size() > 1) return PromptBlocks.of(request, balancer.key());
    }
    return PromptBlocks.unhashed(request);
  }

  /** A place that was found for a call. */
  record Found(Place place, boolean forPrefix, boolean firstGroup) {}

  /**
   * Takes a place at the first replica that has one.
   *
   * @param passedOver replicas that are not asked
   * @param evenDown whether replicas are asked that probes call down
   */
  @Nullable Found find(
      Candidates candidates,
      PromptBlocks prompt,
      Set<Replica> passedOver,
      boolean evenDown,
      long deadline) {
    long now = now();
    for (int g = 0; g < candidates.groups().size(); g++) {
      List<Replica> usable = new ArrayList<>(candidates.groups().get(g).size());
      for (Replica replica : candidates.groups().get(g)) {
        boolean asked = evenDown || replica.isUp();
        if (asked && !passedOver.contains(replica) && replica.hasRoom(now)) usable.add(replica);
      }
      while (!usable.isEmpty()) {
        Balancer.Pick pick = balancer.pick(usable, prompt, now);
        Place place = pick.replica().tryStart(pick.uncachedTokens(), deadline, now);
        if (place != null) {
          balancer.note(pick.replica(), prompt);
          return new Found(place, pick.forPrefix(), g == 0);
        }
        // Another call was faster.
        usable.remove(pick.replica());
      }
    }
    return null;
  }
}
