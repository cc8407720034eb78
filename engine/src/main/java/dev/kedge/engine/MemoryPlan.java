package dev.kedge.engine;

import dev.kedge.engine.kernel.Kernels;
import dev.kedge.engine.kernel.KvType;
import dev.kedge.engine.model.ModelConfig;
import dev.kedge.engine.model.Transformer;
import dev.kedge.engine.quantize.TypeMix;
import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorInfo;
import java.util.Optional;

/**
 * What a model needs in memory, told before it runs: weights, which are mapped from a file and must
 * stay in memory to be read at its speed; keys and values, on the heap; and working memory, on the
 * heap too.
 *
 * <p>Sequences share the cache and wait for each other, so an engine runs with less than all of
 * them at full length. What it cannot do without is one sequence of the context that was asked for;
 * where none was, of {@value #LEAST_CONTEXT} tokens.
 *
 * @param weightBytes all tensors
 * @param fourBitBytes all tensors once {@code kedge quantize} has stored them in 4 bits, or {@code
 *     weightBytes} where that is no less
 * @param tokenBytes keys and values of one token
 * @param eightBitTokenBytes the same in 8 bits
 * @param context longest sequence in tokens
 * @param leastContext tokens of it that must fit
 * @param sequences at the same time, as asked for
 * @param cacheTokens positions of the cache that were asked for; 0: as many as there is room for
 * @param workBytes buffers of a forward pass, the tokenizer and the program itself
 */
public record MemoryPlan(
    long weightBytes,
    long fourBitBytes,
    long tokenBytes,
    long eightBitTokenBytes,
    int context,
    int leastContext,
    int sequences,
    int cacheTokens,
    long workBytes) {
  static final int LEAST_CONTEXT = 512;

  /* Classes, compiled code, threads and the vocabulary: measured with a vocabulary of 128,000. */
  private static final long PROGRAM = 150L << 20;

  /** The plan of a model with these options. */
  public static MemoryPlan of(GgufFile file, EngineOptions options) {
    return of(file, ModelConfig.of(file.metadata()), options);
  }

  static MemoryPlan of(GgufFile file, ModelConfig config, EngineOptions options) {
    boolean asked = options.contextLength() > 0;
    int context = asked ? Math.min(options.contextLength(), config.context()) : config.context();
    long vocabulary = file.tensor("token_embd.weight").map(TensorInfo::rows).orElse(0L);
    long weights = file.tensors().stream().mapToLong(TensorInfo::bytes).sum();
    return new MemoryPlan(
        weights,
        Math.min(weights, fourBits(file)),
        tokenBytes(config, options.eightBitCache() ? KvType.Q8 : KvType.F16),
        tokenBytes(config, KvType.Q8),
        context,
        asked ? context : Math.min(context, LEAST_CONTEXT),
        options.maxSequences(),
        options.cacheTokens(),
        work(config, vocabulary, options));
  }

  private static long tokenBytes(ModelConfig config, KvType type) {
    return Transformer.layout(config, type).bytes() / Kernels.PAGE;
  }

  private static long fourBits(GgufFile file) {
    TypeMix mix =
        TypeMix.of(
            TypeMix.fourBits(file.tensors()),
            false,
            file.metadata(),
            file.tensor("output.weight").isEmpty());
    return file.tensors().stream()
        .mapToLong(tensor ->
            mix.target(tensor.name(), tensor.shape(), tensor.type()).bytes(tensor.elements()))
        .sum();
  }

  /* Per token of a batch: floats, and about three times their size where they are quantized. */
  private static long work(ModelConfig config, long vocabulary, EngineOptions options) {
    long hidden = (long) config.hidden() * (config.experts() == 0 ? 1 : 2);
    long plain = 3L * config.width() + config.queryWidth() + 2L * config.kvWidth() + hidden;
    long quantized = (long) config.width() + config.queryWidth() + hidden;
    long mixture = (long) config.width() * (1 + config.expertsUsed());
    long logits = 4L * vocabulary * Math.min(options.maxSequences(), options.batchTokens());
    return PROGRAM + options.batchTokens() * 4L * (plain + 4 * quantized + mixture) + logits;
  }

  /** Bytes of the cache for this many sequences of this many tokens. */
  public long cacheBytes(int context, int sequences) {
    long pages = Math.ceilDiv(context, Kernels.PAGE);
    return Math.multiplyExact(pages * Kernels.PAGE * sequences, tokenBytes);
  }

  /** All of it, with every sequence at full length. */
  public long fullBytes() {
    return weightBytes + workBytes + cacheBytes(context, sequences);
  }

  /** What the engine cannot do without. */
  public long leastBytes() {
    return weightBytes + workBytes + leastCacheBytes();
  }

  long leastCacheBytes() {
    return cacheTokens > 0 ? cacheBytes(cacheTokens, 1) : cacheBytes(leastContext, 1);
  }

  /**
   * Positions of the key-value cache that sequences share: what was asked for; else what half of
   * the heap and the machine beside the weights hold, but one sequence of the context that was
   * asked for in any case, and never more than all sequences can use.
   */
  public int cachePositions(MachineMemory memory) {
    if (cacheTokens > 0) return cacheTokens;
    long machine = memory.machineBytes().orElse(Long.MAX_VALUE) - weightBytes - workBytes;
    long page = Kernels.PAGE * tokenBytes;
    long pages = Math.max(1, Math.min(memory.heapBytes() / 2, machine) / page);
    long whole = pages(context);
    // Without a wish the context is as long as the cache.
    long least = leastContext == context ? whole : 1;
    long fitting = Math.min(Math.max(least, pages), whole * sequences);
    return (int) Math.min(fitting * Kernels.PAGE, 1 << 30);
  }

  /** Longest sequence in tokens that this memory allows. */
  public int fittingContext(MachineMemory memory) {
    return Math.min(context, cachePositions(memory));
  }

  /**
   * Sequences that are computed at the same time in this memory: fewer than asked for where the
   * cache does not hold a text of {@value #LEAST_CONTEXT} tokens of each, for they would only push
   * each other out. Who asks for a cache of some size knows how long the texts are.
   */
  public int fittingSequences(MachineMemory memory) {
    int text = cacheTokens > 0 ? Kernels.PAGE : Math.min(context, LEAST_CONTEXT);
    long texts = pages(cachePositions(memory)) / pages(text);
    return Math.clamp(texts, 1, sequences);
  }

  /** Of these, those that the cache holds when all have their full length. */
  public int fullSequences(MachineMemory memory) {
    long whole = pages(cachePositions(memory)) / pages(fittingContext(memory));
    return Math.clamp(whole, 1, fittingSequences(memory));
  }

  static long pages(int positions) {
    return Math.ceilDiv(positions, Kernels.PAGE);
  }

  /** The plan in a line, for who starts the engine. */
  public String summary(MachineMemory memory) {
    int places = fittingSequences(memory);
    String fewer = places < sequences ? " of the %,d asked for".formatted(sequences) : "";
    return "%s of weights, %s to work with, %s for %,d tokens of keys and values: %,d sequences%s at a time, %,d of %,d tokens"
        .formatted(
            ByteCount.text(weightBytes),
            ByteCount.text(workBytes),
            ByteCount.text(cacheBytes(cachePositions(memory), 1)),
            cachePositions(memory),
            places,
            fewer,
            fullSequences(memory),
            fittingContext(memory));
  }

  /** Why the plan cannot be kept in this memory, with advice; empty where it can. */
  public Optional<String> refusal(MachineMemory memory) {
    long machine = memory.machineBytes().orElse(Long.MAX_VALUE);
    if (leastBytes() <= machine && heapBytes(leastCacheBytes()) <= usableHeap(memory)) {
      return Optional.empty();
    }
    String need =
        "the model needs %s: %s of weights, %s for %,d tokens of %s, %s to work with"
            .formatted(
                ByteCount.text(leastBytes()),
                ByteCount.text(weightBytes),
                ByteCount.text(leastCacheBytes()),
                leastPositions(),
                cacheTokens > 0 ? "the cache" : "context",
                ByteCount.text(workBytes));
    MemoryAdvice advice = new MemoryAdvice(this, memory);
    if (leastBytes() > machine) {
      return Optional.of(
          "%s; this machine has %s left. %s"
              .formatted(need, ByteCount.text(machine), advice.forMachine(machine)));
    }
    return Optional.of(
        "%s; of these %s must fit the Java heap, which may grow to %s. %s"
            .formatted(
                need,
                ByteCount.text(heapBytes(leastCacheBytes())),
                ByteCount.text(memory.heapBytes()),
                advice.forHeap()));
  }

  private int leastPositions() {
    return cacheTokens > 0 ? cacheTokens : leastContext;
  }

  /** Bytes of the heap with a cache of this size: part of the work lies outside. */
  long heapBytes(long cacheBytes) {
    return cacheBytes + workBytes - PROGRAM / 2;
  }

  /** The collector wants some room. */
  static long usableHeap(MachineMemory memory) {
    return memory.heapBytes() / 10 * 9;
  }

  /**
   * What is less than was asked for, and what helps; empty where every sequence can have its full
   * length.
   */
  public Optional<String> shortage(MachineMemory memory) {
    int places = fittingSequences(memory);
    int whole = fullSequences(memory);
    if (whole == sequences && fittingContext(memory) == context) return Optional.empty();
    String rest =
        places < sequences ? "the others wait" : "where texts are long, some wait for others";
    return Optional.of(
        "%,d sequences of %,d tokens were asked for, they would take %s: %,d are computed at a time, %,d of them at their full length of %,d tokens; %s. %s"
            .formatted(
                sequences,
                context,
                ByteCount.text(fullBytes()),
                places,
                whole,
                fittingContext(memory),
                rest,
                new MemoryAdvice(this, memory).forMore()));
  }
}
