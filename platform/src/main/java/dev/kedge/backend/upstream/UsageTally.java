package dev.kedge.backend.upstream;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.Json;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Gathers the token counts that a server tells in the API's own words. One thread. */
final class UsageTally {
  private final Api api;
  private long input = -1;
  private long cached;
  private long written;
  private long output = -1;
  private long reasoning;

  UsageTally(Api api) {
    this.api = api;
  }

  /** A JSON object of counts; nonsense is passed over. */
  void add(byte[] bytes, int from, int to) {
    try {
      add(Json.parse(Arrays.copyOfRange(bytes, from, to)));
    } catch (KedgeException _) {
      /* Counts that cannot be read are no counts: the answer itself may be whole. */
    }
  }

  void add(JsonNode usage) {
    switch (api) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> {
        input = count(usage, "prompt_tokens", input);
        output = count(usage, "completion_tokens", output);
        cached = detail(usage, "prompt_tokens_details", "cached_tokens", cached);
        cached = count(usage, "prompt_cache_hit_tokens", cached);
        reasoning = detail(usage, "completion_tokens_details", "reasoning_tokens", reasoning);
        if (api == Api.EMBEDDINGS) output = Math.max(0, output);
      }
      case RESPONSES -> {
        input = count(usage, "input_tokens", input);
        output = count(usage, "output_tokens", output);
        cached = detail(usage, "input_tokens_details", "cached_tokens", cached);
        reasoning = detail(usage, "output_tokens_details", "reasoning_tokens", reasoning);
      }
      case MESSAGES -> {
        /* Here, and only here, the tokens of the cache are not among those of the input. */
        input = count(usage, "input_tokens", input);
        output = count(usage, "output_tokens", output);
        cached = count(usage, "cache_read_input_tokens", cached);
        written = count(usage, "cache_creation_input_tokens", written);
      }
    }
  }

  private static long detail(JsonNode usage, String group, String name, long known) {
    return count(usage.path(group), name, known);
  }

  private static long count(JsonNode node, String name, long known) {
    JsonNode value = node.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) return known;
    long count = value.longValue();
    return count < 0 || count > 1L << 40 ? known : count;
  }

  boolean hasInput() {
    return input >= 0;
  }

  /**
   * The counts.
   *
   * @param inputEstimate in place of what the server did not tell
   * @param outputEstimate likewise
   */
  TokenCounts counts(long inputEstimate, long outputEstimate) {
    boolean estimated = input < 0 || output < 0;
    long in = input < 0 ? inputEstimate : input;
    long out = output < 0 ? outputEstimate : output;
    if (api == Api.MESSAGES && input >= 0) in += cached + written;
    return new TokenCounts(
        in,
        Math.min(cached, in),
        Math.min(written, in - Math.min(cached, in)),
        out,
        Math.min(reasoning, out),
        estimated);
  }
}
