package dev.kedge.cli;

import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.MachineMemory;
import dev.kedge.engine.MemoryPlan;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model needs in memory for some lengths and numbers of sequences, and what this machine
 * has.
 *
 * @param model a file of a family that Kedge runs
 * @param longest context in tokens
 */
record MemoryListing(GgufFile model, MachineMemory memory, int longest) {
  private static final int[] SEQUENCES = {1, 16};
  private static final int[] CONTEXTS = {4096, 32_768, Integer.MAX_VALUE};

  /** Empty where Kedge does not run the model. */
  static Optional<MemoryListing> of(GgufFile model) {
    try {
      int longest = MemoryPlan.of(model, EngineOptions.defaults()).context();
      return Optional.of(new MemoryListing(model, MachineMemory.now(), longest));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private MemoryPlan plan(int context, int sequences) {
    EngineOptions defaults = EngineOptions.defaults();
    return MemoryPlan.of(
        model,
        new EngineOptions(
            defaults.threads(),
            sequences,
            defaults.maxQueued(),
            Math.min(context, longest),
            0,
            defaults.batchTokens(),
            true));
  }

  private MemoryPlan served() {
    return MemoryPlan.of(model, EngineOptions.defaults());
  }

  void print(PrintWriter out) {
    MemoryPlan one = plan(longest, 1);
    out.printf(
        Locale.ROOT,
        "%nMemory: %s of weights, %s for keys and values of a token (half with an 8-bit cache)%n",
        Printable.bytes(one.weightBytes()),
        Printable.bytes(one.tokenBytes()));
    int before = 0;
    for (int context : CONTEXTS) {
      int length = Math.min(context, longest);
      if (length == before) continue;
      before = length;
      out.printf(
          Locale.ROOT,
          "  %,9d tokens: %s for 1 sequence, %s for 16 at full length%n",
          length,
          Printable.bytes(plan(length, 1).fullBytes()),
          Printable.bytes(plan(length, 16).fullBytes()));
    }
    memory
        .machineBytes()
        .ifPresent(bytes -> out.printf("This machine has %s left.%n", Printable.bytes(bytes)));
    MemoryPlan served = served();
    if (served.refusal(memory).isEmpty()) {
      out.printf(
          Locale.ROOT, "An engine as 'kedge serve' starts it: %s.%n", served.summary(memory));
    }
    plan(longest, 1).refusal(memory).ifPresent(reason -> out.printf("At full length %s%n", reason));
  }

  void put(ObjectNode root) {
    MemoryPlan one = plan(longest, 1);
    ObjectNode node = root.putObject("memory");
    node.put("weight_bytes", one.weightBytes());
    node.put("token_bytes", one.tokenBytes());
    node.put("work_bytes", one.workBytes());
    memory.machineBytes().ifPresent(bytes -> node.put("machine_bytes", bytes));
    node.put("heap_bytes", memory.heapBytes());
    MemoryPlan served = served();
    boolean fits = served.refusal(memory).isEmpty();
    node.put("sequences", fits ? served.fittingSequences(memory) : 0);
    node.put("full_sequences", fits ? served.fullSequences(memory) : 0);
    node.put("cache_tokens", fits ? served.cachePositions(memory) : 0);
    node.put("context", fits ? served.fittingContext(memory) : 0);
    ArrayNode plans = node.putArray("plans");
    int before = 0;
    for (int context : CONTEXTS) {
      int length = Math.min(context, longest);
      if (length == before) continue;
      before = length;
      for (int sequences : SEQUENCES) {
        MemoryPlan plan = plan(length, sequences);
        ObjectNode row = plans.addObject();
        row.put("context", length);
        row.put("sequences", sequences);
        row.put("bytes", plan.fullBytes());
      }
    }
  }
}
