package dev.kedge.cli;

import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.MachineMemory;
import dev.kedge.engine.MemoryPlan;
import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model needs in memory for some lengths and numbers of sequences, and what this machine
 * has.
 *
 * @param model a file of a family that Kedge runs
 * @param wish what somebody wants to run
 * @param longest context of the model in tokens
 */
record MemoryListing(GgufFile model, MachineMemory memory, Wish wish, int longest) {
  private static final int[] SEQUENCES = {1, 16};
  private static final int[] CONTEXTS = {4096, 32_768};

  /**
   * A wish; where neither length nor number is given, nothing is asked.
   *
   * @param context tokens of a sequence, null for the model's longest
   * @param sequences at the same time, null for what {@code kedge serve} takes
   * @param eightBitCache whether keys and values are kept in 8 bits
   */
  record Wish(@Nullable Integer context, @Nullable Integer sequences, boolean eightBitCache) {
    boolean asked() {
      return context != null || sequences != null;
    }
  }

  /**
   * @throws FormatException where Kedge does not run the model
   */
  static MemoryListing of(GgufFile model, MachineMemory memory, Wish wish) {
    int longest = MemoryPlan.of(model, EngineOptions.defaults()).context();
    return new MemoryListing(model, memory, wish, longest);
  }

  private MemoryPlan plan(int context, int sequences) {
    EngineOptions defaults = EngineOptions.defaults();
    return MemoryPlan.of(
        model,
        new EngineOptions(
            defaults.threads(),
            sequences,
            defaults.maxQueued(),
            context,
            0,
            defaults.batchTokens(),
            true,
            wish.eightBitCache));
  }

  private MemoryPlan wished() {
    EngineOptions defaults = EngineOptions.defaults();
    Integer context = wish.context;
    Integer sequences = wish.sequences;
    return plan(
        context == null ? longest : context,
        sequences == null ? defaults.maxSequences() : sequences);
  }

  private MemoryPlan served() {
    return MemoryPlan.of(model, EngineOptions.defaults().withEightBitCache(wish.eightBitCache));
  }

  /** Whether all that was asked for has room at the same time; true where nothing was. */
  boolean fits() {
    if (!wish.asked()) return true;
    MemoryPlan plan = wished();
    return plan.refusal(memory).isEmpty() && plan.shortage(memory).isEmpty();
  }

  private TreeSet<Integer> contexts() {
    TreeSet<Integer> contexts = new TreeSet<>();
    for (int context : CONTEXTS) if (context < longest) contexts.add(context);
    contexts.add(longest);
    return contexts;
  }

  void print(PrintWriter out) {
    MemoryPlan one = plan(longest, 1);
    out.printf(
        Locale.ROOT,
        "%nMemory: %s of weights, %s for keys and values of a token%s%n",
        ByteCount.text(one.weightBytes()),
        ByteCount.text(one.tokenBytes()),
        wish.eightBitCache ? " in 8 bits" : " (half with an 8-bit cache)");
    for (int length : contexts()) {
      out.printf(
          Locale.ROOT,
          "  %,9d tokens: %s for 1 sequence, %s for 16 at full length%n",
          length,
          ByteCount.text(plan(length, 1).fullBytes()),
          ByteCount.text(plan(length, 16).fullBytes()));
    }
    memory
        .machineBytes()
        .ifPresent(bytes ->
            out.printf(
                "This machine has %s left, the Java heap may grow to %s.%n",
                ByteCount.text(bytes), ByteCount.text(memory.heapBytes())));
    if (wish.asked()) {
      printWish(out);
      return;
    }
    MemoryPlan served = served();
    if (served.refusal(memory).isEmpty()) {
      out.printf(
          Locale.ROOT, "An engine as 'kedge serve' starts it: %s.%n", served.summary(memory));
    }
    one.refusal(memory).ifPresent(reason -> out.printf("At full length %s%n", reason));
  }

  private void printWish(PrintWriter out) {
    MemoryPlan plan = wished();
    out.printf(
        Locale.ROOT,
        "%,d %s of %,d tokens: %s, of it %s of weights, %s of keys and values, %s to work with%n",
        plan.sequences(),
        plan.sequences() == 1 ? "sequence" : "sequences",
        plan.context(),
        ByteCount.text(plan.fullBytes()),
        ByteCount.text(plan.weightBytes()),
        ByteCount.text(plan.cacheBytes(plan.context(), plan.sequences())),
        ByteCount.text(plan.workBytes()));
    Optional<String> refusal = plan.refusal(memory);
    Optional<String> shortage = plan.shortage(memory);
    if (refusal.isPresent()) out.printf("It does not fit: %s%n", refusal.get());
    else if (shortage.isPresent()) out.printf("It does not fit whole: %s%n", shortage.get());
    else out.println("It fits.");
  }

  void put(ObjectNode root) {
    MemoryPlan one = plan(longest, 1);
    ObjectNode node = root.putObject("memory");
    node.put("weightBytes", one.weightBytes());
    node.put("tokenBytes", one.tokenBytes());
    node.put("workBytes", one.workBytes());
    memory.machineBytes().ifPresent(bytes -> node.put("machineBytes", bytes));
    node.put("heapBytes", memory.heapBytes());
    MemoryPlan served = served();
    boolean fits = served.refusal(memory).isEmpty();
    node.put("sequences", fits ? served.fittingSequences(memory) : 0);
    node.put("fullSequences", fits ? served.fullSequences(memory) : 0);
    node.put("cacheTokens", fits ? served.cachePositions(memory) : 0);
    node.put("context", fits ? served.fittingContext(memory) : 0);
    ArrayNode plans = node.putArray("plans");
    for (int length : contexts()) {
      for (int sequences : SEQUENCES) put(plans.addObject(), plan(length, sequences));
    }
    if (wish.asked()) putWish(node.putObject("asked"));
  }

  private static void put(ObjectNode row, MemoryPlan plan) {
    row.put("context", plan.context());
    row.put("sequences", plan.sequences());
    row.put("bytes", plan.fullBytes());
  }

  private void putWish(ObjectNode node) {
    MemoryPlan plan = wished();
    put(node, plan);
    node.put("cacheBytes", plan.cacheBytes(plan.context(), plan.sequences()));
    node.put("workBytes", plan.workBytes());
    node.put("fits", fits());
    plan.refusal(memory)
        .or(() -> plan.shortage(memory))
        .ifPresent(reason -> node.put("reason", reason));
  }
}
