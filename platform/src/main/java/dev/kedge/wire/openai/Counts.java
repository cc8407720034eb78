package dev.kedge.wire.openai;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.TokenCounts;
import dev.kedge.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/** Token counts and finish reasons in the words of the APIs. */
final class Counts {
  private Counts() {}

  /** Of a chat or a completion. */
  static ObjectNode completion(TokenCounts counts) {
    ObjectNode usage = Json.object();
    usage.put("prompt_tokens", counts.input());
    usage.put("completion_tokens", counts.output());
    usage.put("total_tokens", counts.input() + counts.output());
    usage.putObject("prompt_tokens_details").put("cached_tokens", counts.cachedInput());
    usage.putObject("completion_tokens_details").put("reasoning_tokens", counts.reasoning());
    return usage;
  }

  /** Of a response. */
  static ObjectNode response(TokenCounts counts) {
    ObjectNode usage = Json.object();
    usage.put("input_tokens", counts.input());
    usage.putObject("input_tokens_details").put("cached_tokens", counts.cachedInput());
    usage.put("output_tokens", counts.output());
    usage.putObject("output_tokens_details").put("reasoning_tokens", counts.reasoning());
    usage.put("total_tokens", counts.input() + counts.output());
    return usage;
  }

  /** Of embeddings. */
  static ObjectNode embeddings(TokenCounts counts) {
    ObjectNode usage = Json.object();
    usage.put("prompt_tokens", counts.input());
    usage.put("total_tokens", counts.input());
    return usage;
  }

  /** Why a choice of a chat or a completion ended. */
  static String finish(AnswerEnd end) {
    return switch (end) {
      case STOP -> "stop";
      case LENGTH -> "length";
      case TOOL_CALLS -> "tool_calls";
      case CONTENT_FILTER -> "content_filter";
    };
  }
}
