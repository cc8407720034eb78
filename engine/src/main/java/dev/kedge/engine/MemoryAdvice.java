package dev.kedge.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.weights.ByteCount;
import java.util.ArrayList;
import java.util.List;

/** What would make a plan fit: only what does, by the plan's own figures. */
record MemoryAdvice(MemoryPlan plan, MachineMemory memory) {
  private static final String EIGHT_BITS = "keep keys and values in 8 bits (--kv-cache q8)";
  private static final long GIB = 1L << 30;

  /** Where the machine is too small for the least that was asked for. */
  String forMachine(long machine) {
    long room = machine - plan.weightBytes() - plan.workBytes();
    List<String> ways = new ArrayList<>();
    addFewerTokens(ways, room);
    if (eightBitsHelp() && eightBits(plan.leastCacheBytes()) <= room) ways.add(EIGHT_BITS);
    long saved = plan.weightBytes() - plan.fourBitBytes();
    if (saved > 0 && plan.leastCacheBytes() <= room + saved) ways.add(fewerBits());
    if (!ways.isEmpty()) return sentence(ways);
    long least = plan.cacheBytes(Math.min(plan.context(), MemoryPlan.LEAST_CONTEXT), 1);
    if (saved > 0 && least <= room + saved) {
      ways.add(fewerBits() + " and " + fewerTokens(room + saved));
      return sentence(ways);
    }
    return "Take a smaller model or a machine with more memory.";
  }

  /** Where the machine is large enough, but not the Java heap. */
  String forHeap() {
    long needed = plan.heapBytes(plan.leastCacheBytes());
    long room = MemoryPlan.usableHeap(memory) - (needed - plan.leastCacheBytes());
    List<String> ways = new ArrayList<>();
    ways.add("let it grow further " + heapOption(needed / 9 * 10));
    addFewerTokens(ways, room);
    if (eightBitsHelp() && eightBits(plan.leastCacheBytes()) <= room) ways.add(EIGHT_BITS);
    return sentence(ways);
  }

  /** Where the engine starts, but not all sequences have room at their full length. */
  String forMore() {
    List<String> ways = new ArrayList<>();
    long machine =
        memory.machineBytes().orElse(Long.MAX_VALUE) - plan.weightBytes() - plan.workBytes();
    long all = plan.cacheBytes(plan.context(), plan.sequences());
    if (plan.cacheTokens() > 0) {
      ways.add("ask for fewer or shorter ones");
      boolean fits = all <= machine && plan.heapBytes(all) <= MemoryPlan.usableHeap(memory);
      if (fits) ways.add("for a larger cache");
      return sentence(ways);
    }
    ways.add(
        plan.sequences() > 1
            ? "ask for fewer (--max-sequences) or shorter ones (--context)"
            : "ask for a shorter one (--context)");
    if (eightBitsHelp())
      ways.add(EIGHT_BITS + ", which makes room for nearly twice as many tokens");
    if (machine < memory.heapBytes() / 2) {
      if (plan.fourBitBytes() < plan.weightBytes()) ways.add(fewerBits());
    } else if (all <= machine) {
      ways.add("let the Java heap grow " + heapOption(2 * all) + ": half of it may hold them");
    } else {
      ways.add("let the Java heap grow (KEDGE_JAVA_OPTS=-Xmx…): half of it may hold them");
    }
    return sentence(ways);
  }

  private static String heapOption(long bytes) {
    return "(KEDGE_JAVA_OPTS=-Xmx%dg)".formatted(Math.ceilDiv(bytes, GIB));
  }

  private boolean eightBitsHelp() {
    return plan.eightBitTokenBytes() < plan.tokenBytes();
  }

  private long eightBits(long cacheBytes) {
    return cacheBytes / plan.tokenBytes() * plan.eightBitTokenBytes();
  }

  private String fewerBits() {
    return "store the model in fewer bits (kedge quantize): about %s instead of %s"
        .formatted(ByteCount.text(plan.fourBitBytes()), ByteCount.text(plan.weightBytes()));
  }

  /* Where a useful number fits. */
  private void addFewerTokens(List<String> ways, long room) {
    int least = Math.min(plan.context(), MemoryPlan.LEAST_CONTEXT);
    if (fitting(room) >= least) ways.add(fewerTokens(room));
  }

  private String fewerTokens(long room) {
    String what =
        plan.cacheTokens() > 0 ? "smaller cache (--cache-tokens)" : "shorter context (--context)";
    return "ask for a %s: up to %,d tokens fit".formatted(what, fitting(room));
  }

  private long fitting(long room) {
    return Math.max(0, room) / plan.tokenBytes() / Kernels.PAGE * Kernels.PAGE;
  }

  private static String sentence(List<String> ways) {
    String all = String.join("; or ", ways);
    return Character.toUpperCase(all.charAt(0)) + all.substring(1) + ".";
  }
}
