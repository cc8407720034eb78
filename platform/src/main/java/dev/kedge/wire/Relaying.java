package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.call.AnswerPart;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Passes on what a server of the caller's own API sent, byte by byte, and leaves everything else to
 * another writer.
 */
public final class Relaying implements AnswerWriter {
  private static final byte[] MARK = "[DONE]".getBytes(StandardCharsets.US_ASCII);

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

  /* Spelled in several ways: compared is what stands before the line ends. */
  private boolean isLast(byte[] frame) {
    if (last.length == 0) return true;
    int length = lengthOfText(frame);
    int least = Math.min(length, MARK.length);
    return Arrays.equals(frame, length - least, length, MARK, 0, MARK.length);
  }

  private static int lengthOfText(byte[] frame) {
    int length = frame.length;
    while (length > 0 && (frame[length - 1] == '\n' || frame[length - 1] == '\r')) length--;
    return length;
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    writer.fail(failure, out);
  }
}
