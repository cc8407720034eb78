package dev.kedge.call;

import java.util.List;

/**
 * Texts are to be continued.
 *
 * @param prompts at least one
 * @param includeUsage whether a stream ends with a chunk of token counts
 */
public record CompletionRequest(
    String model,
    List<TextInput> prompts,
    Settings settings,
    boolean stream,
    boolean includeUsage,
    Source source)
    implements ApiRequest {
  public CompletionRequest {
    prompts = List.copyOf(prompts);
  }

  @Override
  public CompletionRequest withModel(String name) {
    return new CompletionRequest(name, prompts, settings, stream, includeUsage, source);
  }
}
