package dev.kedge.bench.balancing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A server with continuous batching: each step gives every running sequence a token, and what is
 * left of the step's tokens works off prompts in the order of their arrival. Blocks of finished
 * prompts stay in a cache until others need the room, longest unused first.
 */
final class SimulatedServer {
  private final ServiceTimes times;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private final List<Call> running = new ArrayList<>();
  private final Map<Long, Boolean> cache = new LinkedHashMap<>(16, 0.75f, true);
  private long tokensHeld;
  private boolean stepping;
  private long cachedTokens;
  private long promptTokens;

  /** A call at this server. */
  static final class Call {
    final Turn turn;
    final LongConsumer onFirstToken;
    final LongConsumer onEnd;
    private int computed;
    private int answered;

    /**
     * @param onFirstToken is told the time
     * @param onEnd is told the time
     */
    Call(Turn turn, LongConsumer onFirstToken, LongConsumer onEnd) {
      this.turn = turn;
      this.onFirstToken = onFirstToken;
      this.onEnd = onEnd;
    }

    private int held() {
      return turn.promptTokens() + turn.answerTokens();
    }
  }

  SimulatedServer(ServiceTimes times) {
    this.times = times;
  }

  int calls() {
    return waiting.size() + running.size();
  }

  /** Share of all prompt tokens that were found in the cache. */
  double hitRate() {
    return promptTokens == 0 ? 0 : (double) cachedTokens / promptTokens;
  }

  /** The server's metrics page, as vLLM writes it. */
  String metricsPage() {
    return """
    # HELP vllm:num_requests_running Number of requests in model execution batches.
    # TYPE vllm:num_requests_running gauge
    vllm:num_requests_running{engine="0",model_name="m"} %d.0
    # HELP vllm:num_requests_waiting Number of requests waiting to be processed.
    # TYPE vllm:num_requests_waiting gauge
    vllm:num_requests_waiting{engine="0",model_name="m"} %d.0
    # HELP vllm:kv_cache_usage_perc KV-cache usage. 1 means 100 percent usage.
    # TYPE vllm:kv_cache_usage_perc gauge
    vllm:kv_cache_usage_perc{engine="0",model_name="m"} %s
    """
        .formatted(running.size(), waiting.size(), (double) tokensHeld / ServiceTimes.CACHE_TOKENS);
  }

  void add(Call call, long now, Events events) {
    waiting.add(call);
    if (!stepping) step(now, events);
  }

  private void admit() {
    while (!waiting.isEmpty() && running.size() < ServiceTimes.MOST_SEQUENCES) {
      Call call = waiting.peek();
      if (tokensHeld > 0 && tokensHeld + call.held() > ServiceTimes.CACHE_TOKENS) return;
      waiting.remove();
      tokensHeld += call.held();
      call.computed = cached(call.turn);
      cachedTokens += call.computed;
      promptTokens += call.turn.promptTokens();
      running.add(call);
    }
  }

  private int cached(Turn turn) {
    int blocks = 0;
    while (blocks < turn.blocks().length && cache.get(turn.blocks()[blocks]) != null) blocks++;
    // The last token is always computed: its output is the first answer.
    return Math.min(blocks * Conversation.BLOCK_TOKENS, turn.promptTokens() - 1);
  }

  private void keep(Turn turn) {
    for (long block : turn.blocks()) cache.put(block, true);
    long room = Math.max(0, ServiceTimes.CACHE_TOKENS - tokensHeld) / Conversation.BLOCK_TOKENS;
    Iterator<Long> oldest = cache.keySet().iterator();
    while (cache.size() > room && oldest.hasNext()) {
      oldest.next();
      oldest.remove();
    }
  }

  private void step(long now, Events events) {
    admit();
    stepping = !running.isEmpty();
    if (!stepping) return;
    List<Call> decoding = new ArrayList<>();
    List<Call> answersNow = new ArrayList<>();
    int tokens = 0;
    long context = 0;
    for (Call call : running) {
      if (call.computed < call.turn.promptTokens()) continue;
      decoding.add(call);
      tokens++;
      context += call.computed + call.answered;
    }
    int sequences = decoding.size();
    for (Call call : running) {
      int left = call.turn.promptTokens() - call.computed;
      if (left == 0 || tokens >= ServiceTimes.STEP_TOKENS) continue;
      int piece = Math.min(left, ServiceTimes.STEP_TOKENS - tokens);
      tokens += piece;
      sequences++;
      call.computed += piece;
      context += call.computed;
      if (piece == left) answersNow.add(call);
    }
    long end = now + times.stepNanos(sequences, tokens, context);
    events.at(
        end,
        time -> {
          for (Call call : answersNow) {
            keep(call.turn);
            call.answered = 1;
            call.onFirstToken.accept(time);
          }
          for (Call call : decoding) call.answered++;
          end(time);
          step(time, events);
        });
  }

  private void end(long time) {
    for (Call call : List.copyOf(running)) {
      if (call.answered < call.turn.answerTokens()) continue;
      running.remove(call);
      tokensHeld -= call.held();
      call.onEnd.accept(time);
    }
  }
}
