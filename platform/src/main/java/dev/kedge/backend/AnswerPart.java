package dev.kedge.backend;

import dev.kedge.engine.FinishReason;
import dev.kedge.engine.TokenEvent;
import java.util.Optional;

/** What an {@link Answer} delivers: any number of pieces, then one end. */
public sealed interface AnswerPart {
  /**
   * Text that became final with one token.
   *
   * @param text possibly empty
   * @param score the token, if log-probabilities were asked for
   */
  record Piece(String text, Optional<TokenScore> score) implements AnswerPart {}

  /**
   * The last part.
   *
   * @param text what was held back and belongs to the answer, possibly empty
   * @param message what went wrong, for {@link FinishReason#FAILED}
   */
  record End(FinishReason reason, String text, TokenEvent.Usage usage, Optional<String> message)
      implements AnswerPart {}
}
