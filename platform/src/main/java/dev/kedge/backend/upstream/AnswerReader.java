package dev.kedge.backend.upstream;

import dev.kedge.call.AnswerPart;
import java.util.Queue;

/**
 * Turns what a server sends into parts of an answer. One per answer, one thread.
 *
 * <p>Everything throws a {@link dev.kedge.base.KedgeException} where the server tells an error or
 * nonsense.
 */
interface AnswerReader {
  /** One event of a stream, comments included. Adds its parts, possibly none. */
  void event(EventReader event, Queue<AnswerPart> parts);

  /** Whether the event that closes the stream has come. */
  boolean ended();

  /** The whole body of an answer that is no stream. Adds its parts, without the end. */
  void body(byte[] body, Queue<AnswerPart> parts);

  /** What was counted, once the answer is complete. */
  AnswerPart.End end();
}
