package dev.kedge.wire.openai;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerPart;
import dev.kedge.wire.AnswerHead;
import dev.kedge.wire.AnswerWriter;
import dev.kedge.wire.ApiError;
import dev.kedge.wire.ByteSink;
import dev.kedge.wire.Json;
import dev.kedge.wire.Relaying;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** Embeddings, as numbers or as base64 of little-endian floats. */
final class EmbeddingAnswer implements AnswerWriter {
  private final AnswerHead head;
  private final boolean base64;
  private final Map<Integer, float[]> vectors = new TreeMap<>();

  EmbeddingAnswer(AnswerHead head, boolean base64) {
    this.head = head;
    this.base64 = base64;
  }

  @Override
  public boolean streams() {
    return false;
  }

  @Override
  public void write(AnswerPart part, ByteSink out) {
    switch (part) {
      case AnswerPart.Vector vector -> {
        checkFinite(vector.values());
        vectors.put(vector.input(), vector.values());
      }
      case AnswerPart.End end -> write(end, out);
      case AnswerPart.Finish _ -> {
        /* Its vector says that it is complete. */
      }
      case AnswerPart.Text _,
          AnswerPart.Reasoning _,
          AnswerPart.Refusal _,
          AnswerPart.ToolCall _,
          AnswerPart.ToolArguments _,
          AnswerPart.Frame _,
          AnswerPart.Body _ ->
          throw Relaying.unexpected(part);
    }
  }

  /* JSON has neither NaN nor infinity. */
  private static void checkFinite(float[] vector) {
    for (float value : vector) {
      if (Float.isFinite(value)) continue;
      throw new KedgeException(
          new Failure.Broken("the model gave a vector that is not finite", "engine_failed", false));
    }
  }

  private void write(AnswerPart.End end, ByteSink out) {
    text(out, "{\"object\":\"list\",\"data\":[");
    boolean first = true;
    for (Map.Entry<Integer, float[]> vector : vectors.entrySet()) {
      if (!first) text(out, ",");
      first = false;
      text(out, "{\"object\":\"embedding\",\"index\":" + vector.getKey() + ",\"embedding\":");
      if (base64) text(out, "\"" + encode(vector.getValue()) + "\"");
      else numbers(out, vector.getValue());
      text(out, "}");
    }
    text(out, "],\"model\":\"");
    out.putJsonText(head.model());
    text(out, "\",\"usage\":");
    out.put(Json.write(Counts.embeddings(end.tokens())));
    text(out, "}");
  }

  private static void numbers(ByteSink out, float[] values) {
    for (int i = 0; i < values.length; i++) {
      out.put((byte) (i == 0 ? '[' : ','));
      text(out, Float.toString(values[i]));
    }
    text(out, values.length == 0 ? "[]" : "]");
  }

  private static String encode(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static void text(ByteSink out, String ascii) {
    out.put(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void fail(Failure failure, ByteSink out) {
    out.put(ApiError.of(failure).body());
  }
}
