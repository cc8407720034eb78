package dev.kedge.engine;

import java.util.Optional;

/** What a {@link Generation} delivers, in order: any number of tokens, then one end. */
public sealed interface TokenEvent {
  /**
   * A generated token.
   *
   * @param id the token
   * @param text the text that became final with it, possibly empty: unfinished characters and
   *     possible beginnings of a stop text are held back
   * @param logprob if the request asked for it
   */
  record Token(int id, String text, Optional<TokenLogprob> logprob) implements TokenEvent {}

  /**
   * The last event.
   *
   * @param reason why it ended
   * @param text held-back text that turned out to belong to the answer, possibly empty
   * @param usage what was computed
   * @param message for {@link FinishReason#FAILED}: what went wrong
   */
  record End(FinishReason reason, String text, Usage usage, Optional<String> message)
      implements TokenEvent {}

  /**
   * @param promptTokens tokens of the prompt
   * @param cachedTokens of these, how many were found in the cache
   * @param completionTokens tokens generated, an end-of-generation token included
   */
  record Usage(int promptTokens, int cachedTokens, int completionTokens) {}
}
