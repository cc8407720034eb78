package dev.kedge.limit;

import dev.kedge.config.Priority;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: start-time fair queueing on two levels, first between the priorities, then
 * between the tenants of one priority. Guarded by the queue's lock.
 *
 * <p>Each flow has a tag, the virtual time at which its next call is due. A call that starts moves
 * the tag on by its tokens divided by the weight, and virtual time to where the tag was; the flow
 * with the smallest tag is next. A flow that begins to wait starts at the present virtual time at
 * least, so that nobody saves up what he did not use; and since a tag only grows by own calls,
 * every waiting flow becomes the smallest after a bounded amount of others' work: none starves.
 *
 * <p>Tokens are estimated when a call starts and corrected when it ends, also below the present
 * virtual time while the flow waits: what counts in the long run are the tokens that were used. A
 * choice costs the logarithm of the waiting tenants.
 *
 * <p>Goyal, Vin, Cheng: Start-time fair queuing (SIGCOMM 1996), here with several servers as in
 * Jin, Chase, Kaur: Interposed proportional sharing (SIGMETRICS 2004), with tokens as in Sheng et
 * al.: Fairness in serving large language models (OSDI 2024).
 */
final class FairShares {
  private static final int FIRST_SWEEP = 1024;

  private final EnumMap<Priority, Rank> byPriority = new EnumMap<>(Priority.class);
  private final Rank[] ranks;
  private double virtualTime;
  private long flowsMade;
  private int waiting;
  private int running;

  FairShares() {
    for (Priority priority : Priority.values()) byPriority.put(priority, new Rank(priority));
    ranks = byPriority.values().toArray(new Rank[0]);
  }

  /** The flows of one priority. */
  static final class Rank {
    final int share;
    private final Map<String, Flow> flows = new HashMap<>();
    private final TreeSet<Flow> due =
        new TreeSet<>(
            Comparator.comparingDouble((Flow flow) -> flow.tag)
                .thenComparingLong(flow -> flow.number));
    private double tag;
    private double virtualTime;
    private long waitingTokens;
    private int nextSweep = FIRST_SWEEP;

    private Rank(Priority priority) {
      share = priority.share();
    }
  }

  int waiting() {
    return waiting;
  }

  int running() {
    return running;
  }

  double tokensWaiting() {
    double sum = 0;
    for (Rank rank : ranks) sum += rank.waitingTokens;
    return sum;
  }

  /** The flow of a ticket; its weight is that of the latest ticket. */
  Flow flow(Ticket ticket) {
    Rank rank = Objects.requireNonNull(byPriority.get(ticket.priority()));
    Flow flow = rank.flows.get(ticket.tenant());
    if (flow == null) {
      if (rank.flows.size() >= rank.nextSweep) sweep(rank);
      flow = new Flow(ticket.tenant(), rank, flowsMade++);
      rank.flows.put(ticket.tenant(), flow);
    }
    flow.weight = ticket.weight();
    return flow;
  }

  /** Begins a call that did not have to wait. */
  void start(Flow flow, long tokens) {
    rise(flow);
    charge(flow, tokens);
  }

  /** Lets a turn wait behind the others of its flow. */
  void add(Turn turn) {
    Flow flow = turn.flow();
    Rank rank = flow.rank;
    if (!flow.waits()) {
      rise(flow);
      rank.due.add(flow);
    }
    flow.turns.add(turn);
    flow.waitingTokens += turn.tokens();
    rank.waitingTokens += turn.tokens();
    waiting++;
  }

  /** Takes a turn out; false if it does not wait. */
  boolean remove(Turn turn) {
    Flow flow = turn.flow();
    if (!flow.turns.remove(turn)) return false;
    if (!flow.waits()) flow.rank.due.remove(flow);
    flow.waitingTokens -= turn.tokens();
    flow.rank.waitingTokens -= turn.tokens();
    waiting--;
    return true;
  }

  /** The turn that is due next; it still waits. */
  @Nullable Turn first() {
    Rank next = null;
    for (Rank rank : ranks) {
      if (!rank.due.isEmpty() && (next == null || rank.tag < next.tag)) next = rank;
    }
    return next == null ? null : next.due.first().turns.getFirst();
  }

  /** Begins the call of a turn that waits. */
  void start(Turn turn) {
    remove(turn);
    charge(turn.flow(), turn.tokens());
  }

  /** Ends a call; {@code more} tokens than estimated were used, or less where negative. */
  void end(Flow flow, long more) {
    Rank rank = flow.rank;
    if (more != 0) {
      boolean listed = rank.due.remove(flow);
      flow.tag += more / flow.weight;
      rank.tag += (double) more / rank.share;
      if (listed) rank.due.add(flow);
    }
    flow.running--;
    running--;
    if (running == 0 && waiting == 0) reset();
  }

  /** The tokens that are served before a new turn of this flow would be. */
  double ahead(Flow flow) {
    Rank rank = flow.rank;
    double due = (flow.waits() ? flow.tag : Math.max(flow.tag, rank.virtualTime));
    due += flow.waitingTokens / flow.weight;
    double work = 0;
    for (Flow other : rank.due) {
      if (other.tag > due) break;
      work += Math.min((double) other.waitingTokens, (due - other.tag) * other.weight);
    }
    double rankDue = rank.due.isEmpty() ? Math.max(rank.tag, virtualTime) : rank.tag;
    rankDue += work / rank.share;
    double total = work;
    for (Rank other : ranks) {
      if (other == rank || other.due.isEmpty()) continue;
      total += Math.clamp((rankDue - other.tag) * other.share, 0, (double) other.waitingTokens);
    }
    return total;
  }

  /** The waiting flow that holds most of the queue, measured by its share. */
  @Nullable Flow largest() {
    Flow largest = null;
    for (Rank rank : ranks) {
      for (Flow flow : rank.due) {
        if (largest == null || flow.load(0) > largest.load(0)) largest = flow;
      }
    }
    return largest;
  }

  /** All waiting turns. */
  List<Turn> turns() {
    List<Turn> all = new ArrayList<>(waiting);
    for (Rank rank : ranks) for (Flow flow : rank.due) all.addAll(flow.turns);
    return all;
  }

  /** How many calls of each tenant wait. */
  Map<String, Integer> byTenant() {
    Map<String, Integer> counts = new HashMap<>();
    for (Rank rank : ranks) {
      for (Flow flow : rank.due) counts.merge(flow.tenant, flow.turns.size(), Integer::sum);
    }
    return counts;
  }

  /** What a flow did not use while it did not wait is not saved up. */
  private void rise(Flow flow) {
    Rank rank = flow.rank;
    if (rank.due.isEmpty()) rank.tag = Math.max(rank.tag, virtualTime);
    if (!flow.waits()) flow.tag = Math.max(flow.tag, rank.virtualTime);
  }

  private void charge(Flow flow, long tokens) {
    Rank rank = flow.rank;
    boolean listed = rank.due.remove(flow);
    rank.virtualTime = Math.max(rank.virtualTime, flow.tag);
    virtualTime = Math.max(virtualTime, rank.tag);
    flow.tag += tokens / flow.weight;
    rank.tag += (double) tokens / rank.share;
    if (listed) rank.due.add(flow);
    flow.running++;
    running++;
  }

  /** Nobody is here: virtual time begins anew, and debts are forgotten as nobody is owed. */
  private void reset() {
    virtualTime = 0;
    for (Rank rank : ranks) {
      rank.flows.clear();
      rank.tag = 0;
      rank.virtualTime = 0;
      rank.nextSweep = FIRST_SWEEP;
    }
  }

  /** Forgets flows that a new one would not differ from. */
  private static void sweep(Rank rank) {
    rank.flows
        .values()
        .removeIf(flow -> flow.running == 0 && !flow.waits() && flow.tag <= rank.virtualTime);
    rank.nextSweep = Math.max(FIRST_SWEEP, 2 * rank.flows.size());
  }
}
