package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;

/**
 * Turns the parts of one answer into bytes of the caller's API: one body when the answer is
 * complete, or events as they arise. One per answer, for one thread.
 */
public interface AnswerWriter {
  /** Whether events are written; otherwise one JSON body. */
  boolean streams();

  /** Appends what this part is to the caller, possibly nothing. */
  void write(AnswerPart part, ByteSink out);

  /** Appends the event that tells a caller, to whom events were sent, why no more follow. */
  void fail(Failure failure, ByteSink out);
}
