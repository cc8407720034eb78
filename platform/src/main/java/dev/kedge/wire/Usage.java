package dev.kedge.wire;

/** Token counts of a call. */
public record Usage(
    int promptTokens, int completionTokens, int totalTokens, PromptDetails promptTokensDetails) {
  /** Tokens of the prompt that were found in the cache. */
  public record PromptDetails(int cachedTokens) {}

  public static Usage of(int promptTokens, int cachedTokens, int completionTokens) {
    return new Usage(
        promptTokens,
        completionTokens,
        Math.addExact(promptTokens, completionTokens),
        new PromptDetails(cachedTokens));
  }
}
