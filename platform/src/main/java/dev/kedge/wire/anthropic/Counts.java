package dev.kedge.wire.anthropic;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/** Token counts and stop reasons in the words of the API. */
final class Counts {
  private static final TokenCounts NONE = TokenCounts.of(0, 0, 0);

  private Counts() {}

  /** Before anything is known. */
  static ObjectNode none() {
    return usage(NONE);
  }

  /** Tokens that were read from a cache or written to one are no input tokens here. */
  static ObjectNode usage(TokenCounts counts) {
    long plain = counts.input() - counts.cachedInput() - counts.cacheWrite();
    ObjectNode usage = Json.object();
    usage.put("input_tokens", Math.max(0, plain));
    usage.put("cache_creation_input_tokens", counts.cacheWrite());
    usage.put("cache_read_input_tokens", counts.cachedInput());
    usage.put("output_tokens", counts.output());
    return usage;
  }

  /** Adds the fields {@code stop_reason} and {@code stop_sequence}. */
  static void addStop(ObjectNode node, AnswerPart.Finish finish) {
    boolean sequence = finish.reason() == AnswerEnd.STOP && finish.stop().isPresent();
    node.put("stop_reason", sequence ? "stop_sequence" : reason(finish.reason()));
    node.put("stop_sequence", sequence ? finish.stop().get() : null);
  }

  private static String reason(AnswerEnd end) {
    return switch (end) {
      case STOP -> "end_turn";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case CONTENT_FILTER -> "refusal";
    };
  }
}
