package dev.kedge.eval.run;

import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.Reply;

/** Whatever answers cases. Called from many threads at once. */
public interface Target extends AutoCloseable {
  /** What kind of thing answers. */
  enum Kind {
    /** A model file in this process: the same file gives the same answers. */
    FILE,
    /** A server, which may change at any time. */
    SERVER
  }

  /** For people. */
  String label();

  /** What kind of thing this is. */
  Kind kind();

  /**
   * What stays the same as long as the same thing answers, as far as can be known without asking:
   * SHA-256 of the model file, or address and name.
   */
  String identity();

  /**
   * Answers one case.
   *
   * @return a reply with an error where the call failed; {@link Reply#error} begins with a kind
   *     such as {@code http_429: }
   */
  Reply ask(EvalCase question, Asking asking) throws InterruptedException;

  /**
   * The same under a name of the call. Where a call was cut off and nobody knows whether it was
   * answered, it is made again under the same name, so that a server that knows such names neither
   * works nor charges twice.
   *
   * @param call letters, digits and hyphens
   */
  default Reply ask(EvalCase question, Asking asking, String call) throws InterruptedException {
    return ask(question, asking);
  }

  @Override
  void close();
}
