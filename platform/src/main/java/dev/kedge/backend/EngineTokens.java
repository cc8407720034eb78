package dev.kedge.backend;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCodec;
import dev.kedge.engine.token.Tokenizer;
import dev.kedge.wire.UnsupportedFields;

/** The tokens of the model of this process. */
record EngineTokens(Tokenizer tokenizer, ChatPrompts chats, int contextLength)
    implements TokenCodec {
  @Override
  public int[] encode(String text, boolean special) {
    return tokenizer.encode(text, special, false);
  }

  @Override
  public int[] encode(ChatRequest request) {
    UnsupportedFields.refuseUnsupported(request);
    return chats.tokens(request);
  }

  @Override
  public String decode(int[] tokens) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] >= 0 && tokens[i] < tokenizer.vocabularySize()) continue;
      throw new KedgeException(
          new Failure.Invalid(
              "'tokens[" + i + "]' must be from 0 to " + (tokenizer.vocabularySize() - 1),
              "invalid_value",
              "tokens[" + i + "]"));
    }
    return tokenizer.decode(tokens);
  }
}
