package dev.kedge.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvLayout;
import dev.kedge.engine.kernel.KvPage;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.model.BatchRow;
import dev.kedge.engine.schedule.Scheduler.Piece;
import dev.kedge.engine.schedule.Scheduler.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One random schedule, with a forward pass that computes nothing but remembers of every slot which
 * text was written there. Each step is checked: every row finds its own text in its pages, no page
 * is written that somebody else could read, budget and rank are kept, all pages are accounted for.
 */
final class CheckedSchedule {
  static final KvLayout LAYOUT = new KvLayout(KvType.F16, 1, 1, 1);

  private final Random random;
  private final KvCache cache;
  private final Scheduler scheduler;
  private final int positions;
  private final int maxSequences;
  private final int budget;
  private final boolean deadlines;
  private final IdentityHashMap<KvPage, long[]> written = new IdentityHashMap<>();
  private final List<Sequence> present = new ArrayList<>();
  private final Map<Sequence, int[]> prompts = new HashMap<>();
  private final Map<Sequence, Integer> lastGenerated = new HashMap<>();
  private final Set<Sequence> wasRunning = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<String> trace = new ArrayList<>();
  private int expired;
  private int names;

  CheckedSchedule(long seed) {
    random = new Random(seed);
    positions = Kernels.PAGE * (2 + random.nextInt(10));
    maxSequences = 1 + random.nextInt(8);
    budget = 1 + random.nextInt(random.nextBoolean() ? 20 : 200);
    deadlines = random.nextInt(3) == 0;
    cache = new KvCache(LAYOUT, positions, 1 + random.nextInt(4));
    scheduler = new Scheduler(cache, maxSequences, budget);
  }

  void run() {
    int requests = 1 + random.nextInt(12);
    long now = 0;
    int steps = 0;
    while (requests > 0 || !present.isEmpty()) {
      while (requests > 0 && (present.isEmpty() || random.nextInt(4) == 0)) {
        submit(now);
        requests--;
      }
      if (!present.isEmpty() && random.nextInt(60) == 0) {
        leave(present.get(random.nextInt(present.size())));
      }
      step(now++);
      assertThat(++steps).as("steps").isLessThan(30_000);
    }
    assertThat(cache.positionsUsed()).isZero();
    assertThat(scheduler.running() + scheduler.waiting()).isZero();
    accountForPages();
  }

  /* Few different tokens and common beginnings, so that texts meet in the tree. */
  private void submit(long now) {
    int limit = 1 + random.nextInt(positions);
    int[] prompt = new int[1 + random.nextInt(limit)];
    int variant = random.nextInt(3);
    for (int i = 0; i < prompt.length; i++) prompt[i] = i < variant * 32 ? i % 5 : variant;
    if (random.nextInt(3) == 0) prompt[random.nextInt(prompt.length)] = 9;
    int priority = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
    long deadline = deadlines ? now + 1 + random.nextInt(300) : Long.MAX_VALUE;
    Service service = new Service(priority, deadline);
    Sequence sequence =
        random.nextInt(6) == 0
            ? Sequence.ofWholeText(prompt, service)
            : new Sequence(prompt, limit, service);
    scheduler.submit(sequence);
    present.add(sequence);
    prompts.put(sequence, prompt);
    lastGenerated.put(sequence, names++);
  }

  private void leave(Sequence sequence) {
    scheduler.remove(sequence);
    present.remove(sequence);
    wasRunning.remove(sequence);
    accountForPages();
  }

  private void step(long now) {
    long preemptions = scheduler.preemptions();
    Step step = scheduler.step(now);
    for (Sequence sequence : step.expired()) {
      assertThat(sequence.service().deadline()).isLessThanOrEqualTo(now);
      present.remove(sequence);
      wasRunning.remove(sequence);
      expired++;
    }
    assertThat(step.hopeless()).isEmpty();
    assertThat(present).allMatch(sequence -> sequence.service().deadline() > now);
    assertThat(step.rows().size()).isLessThanOrEqualTo(budget);
    assertThat(scheduler.running()).isLessThanOrEqualTo(maxSequences);
    checkRank(step, scheduler.preemptions() - preemptions);
    write(step);
    scheduler.commit(step);
    accountForPages();
    for (Sequence sequence : step.finishing()) generate(sequence);
    for (Piece reading : step.readings()) {
      if (reading.sequence().computedAll()) leave(reading.sequence());
    }
    trace.add(describe(step));
  }

  private void generate(Sequence sequence) {
    if (sequence.full()) {
      leave(sequence);
      return;
    }
    sequence.append(random.nextInt(2));
    if (sequence.full() || random.nextInt(40) == 0) leave(sequence);
  }

  /* Whoever runs is of higher rank than whoever waits, but for equal or lower priorities that came
   * first; the first of all gets on whenever prompts are not kept back for lack of budget. */
  private void checkRank(Step step, long preemptions) {
    Comparator<Sequence> rank =
        Comparator.<Sequence>comparingInt(sequence -> -sequence.service().priority())
            .thenComparingLong(sequence -> sequence.service().deadline())
            .thenComparingLong(Sequence::arrival);
    List<Sequence> running = present.stream().filter(CheckedSchedule::runs).sorted(rank).toList();
    List<Sequence> waiting =
        present.stream().filter(sequence -> !runs(sequence)).sorted(rank).toList();
    for (Sequence sequence : running) {
      boolean admittedNow = !wasRunning.contains(sequence);
      if (!admittedNow || waiting.isEmpty()) continue;
      assertThat(rank.compare(sequence, waiting.getFirst()))
          .as("admitted before another")
          .isNegative();
    }
    boolean interrupted = wasRunning.stream().anyMatch(sequence -> !runs(sequence));
    if (interrupted) assertThat(preemptions).isPositive();
    for (Sequence sequence : wasRunning) {
      if (runs(sequence)) continue;
      // It was the last of those that ran, and so are all that still run before it.
      for (Sequence other : running) {
        if (wasRunning.contains(other)) assertThat(rank.compare(other, sequence)).isNegative();
      }
    }
    if (!present.isEmpty()) assertThat(running).isNotEmpty();
    checkPrompts(step, running);
    wasRunning.clear();
    wasRunning.addAll(running);
  }

  /* A piece of a prompt is given only when those of higher rank have all their tokens. */
  private static void checkPrompts(Step step, List<Sequence> running) {
    boolean cut = false;
    for (Sequence sequence : running) {
      int given =
          step.pieces().stream()
              .filter(piece -> piece.sequence() == sequence)
              .mapToInt(Piece::tokens)
              .sum();
      if (given > 1) assertThat(cut).as("a prompt before another").isFalse();
      if (sequence.pending() > 1 || (sequence.pending() == 1 && given > 1)) cut = true;
    }
  }

  private static boolean runs(Sequence sequence) {
    return sequence.pages().length > 0;
  }

  /* The forward pass. Text up to a position is known by its hash. */
  private void write(Step step) {
    int at = 0;
    for (Piece piece : step.pieces()) {
      Sequence sequence = piece.sequence();
      long[] texts = texts(sequence);
      int first = step.rows().get(at).position();
      for (int p = 0; p < first; p++) assertFound(sequence, p, texts);
      for (int i = 0; i < piece.tokens(); i++) {
        BatchRow row = step.rows().get(at++);
        assertThat(row.position()).isEqualTo(first + i);
        assertThat(row.pages()).isSameAs(sequence.pages());
        assertThat(row.token()).isEqualTo(sequence.token(row.position()));
        write(row, texts);
      }
      for (int p = first; p < first + piece.tokens(); p++) assertFound(sequence, p, texts);
      assertThat(sequence.computed()).isEqualTo(first + piece.tokens());
    }
    assertThat(at).isEqualTo(step.rows().size());
  }

  private void write(BatchRow row, long[] texts) {
    KvPage page = row.pages()[row.position() / Kernels.PAGE];
    int slot = row.position() % Kernels.PAGE;
    if (slot == 0 || !written.containsKey(page)) written.put(page, new long[Kernels.PAGE]);
    assertThat(readers(page)).as("sequences with a page that is written").isEqualTo(1);
    assertThat(cache.tree().pages()).doesNotContain(page);
    written.get(page)[slot] = texts[row.position()];
  }

  private void assertFound(Sequence sequence, int position, long[] texts) {
    long[] page = written.get(sequence.pages()[position / Kernels.PAGE]);
    if (page == null || page[position % Kernels.PAGE] != texts[position]) {
      throw new AssertionError("position " + position + " holds something else");
    }
  }

  private long readers(KvPage page) {
    long readers = 0;
    for (Sequence sequence : present) {
      for (int i = 0; i < sequence.pagesTaken(); i++) if (sequence.pages()[i] == page) readers++;
    }
    return readers;
  }

  private static long[] texts(Sequence sequence) {
    long[] texts = new long[sequence.length()];
    long hash = 1;
    for (int i = 0; i < texts.length; i++) {
      hash = hash * 1_000_003 + sequence.token(i) + 1;
      texts[i] = hash;
    }
    return texts;
  }

  /* Every page is free, in use or kept, and none twice. */
  private void accountForPages() {
    Set<KvPage> used = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Sequence sequence : present) {
      for (int i = 0; i < sequence.pagesTaken(); i++) used.add(sequence.pages()[i]);
    }
    assertThat(cache.positionsUsed()).isEqualTo((long) used.size() * Kernels.PAGE);
    assertThat(cache.positionsUsed() + cache.positionsKept())
        .isLessThanOrEqualTo(cache.positions());
    Set<KvPage> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    for (KvPage page : cache.tree().pages()) assertThat(entered.add(page)).isTrue();
    used.addAll(entered);
    assertThat((long) used.size() * Kernels.PAGE)
        .isEqualTo(cache.positionsUsed() + cache.positionsKept());
  }

  private String describe(Step step) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : step.pieces()) {
      text.append(lastGenerated.get(piece.sequence()))
          .append(':')
          .append(piece.tokens())
          .append(' ');
    }
    return text.toString();
  }

  long preemptions() {
    return scheduler.preemptions();
  }

  long cachedTokens() {
    return scheduler.cachedTokens();
  }

  int expired() {
    return expired;
  }

  List<String> trace() {
    return trace;
  }
}
