package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;
import java.util.Arrays;

/**
 * Passes on what a server of the caller's own API sent, byte by byte, and leaves everything else to
 * another writer.
 */
public final class Relaying implements AnswerWriter {
  private final AnswerWriter writer;
  private final byte[] last;
  private boolean relayed;
  private boolean complete;

  /**
   * @param writer of an answer that is not relayed
   * @param last the event that ends a stream and that not every server sends; empty where the API
   *     has none
   */
  public Relaying(AnswerWriter writer, byte[] last) {
    this.writer = writer;
    this.last = last;
  }

  /** What a writer says of a part that its API has no words for. */
  public static IllegalStateException unexpected(AnswerPart part) {
    return new IllegalStateException(
        "an answer of this API has no " + part.getClass().getSimpleName());
  }

  @Override
  public boolean streams() {
    return writer.streams();
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Frame frame -> {
        relayed = true;
        complete = isLast(frame.bytes());
        out.put(frame.bytes());
      }
      case AnswerPart.Body body -> {
        relayed = true;
        complete = true;
        out.put(body.bytes());
      }
      case AnswerPart.End _ when relayed -> {
        if (!complete) out.put(last);
        complete = true;
      }
      default -> writer.write(part, out);
    }
  }

  /* Line ends may differ. */
  private boolean isLast(byte[] frame) {
    if (last.length == 0) return true;
    int length = last.length - 2;
    return frame.length >= length && Arrays.equals(frame, 0, length, last, 0, length);
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    writer.fail(failure, out);
  }
}
