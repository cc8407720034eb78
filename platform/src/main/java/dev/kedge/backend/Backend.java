package dev.kedge.backend;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.TokenCodec;
import java.util.Optional;
import java.util.OptionalLong;

/** Something that answers calls: the engine of this process or a server elsewhere. Thread-safe. */
public interface Backend {
  /** Its name in the configuration, in replies and in records. */
  String name();

  /**
   * Starts one answer. Returns at once; the answer may wait for a place.
   *
   * @throws KedgeException Invalid for what it cannot do, Overloaded or Unavailable where it has no
   *     place
   */
  Answer start(ApiRequest request, CallContext context);

  /**
   * How many tokens a prompt has, where the server that runs the model tells them for the asking.
   *
   * @throws KedgeException where it should and cannot
   */
  default OptionalLong count(ChatRequest request, CallContext context) throws InterruptedException {
    return OptionalLong.empty();
  }

  /** Its tokens, where it can tell them without answering. */
  default Optional<TokenCodec> tokens() {
    return Optional.empty();
  }
}
