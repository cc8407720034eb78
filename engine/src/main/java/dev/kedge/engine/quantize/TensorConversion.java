package dev.kedge.engine.quantize;

import dev.kedge.engine.weights.Dequantizer;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorSource;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;

/**
 * Converts a tensor to another type in pieces: several threads work on pieces, the caller hands
 * them on in order. Blocks do not depend on each other, so the bytes do not depend on the threads.
 *
 * @param bytes the tensor's data
 * @param rows which row of the tensor becomes row i of the result; rows of blocks stay whole
 * @param pool that converts
 * @param window pieces in work at the same time, each of 2 MiB at most
 */
public record TensorConversion(
    TensorInfo tensor,
    MemorySegment bytes,
    LongUnaryOperator rows,
    TensorType target,
    ExecutorService pool,
    int window)
    implements TensorSource {
  /* Multiples of every block size; a portion stays in the cache from reading to storing. */
  private static final int PIECE_ELEMENTS = 1 << 18;
  private static final int PORTION_ELEMENTS = 1 << 13;

  @Override
  public void writeTo(Sink sink) throws IOException {
    Deque<Future<MemorySegment>> pieces = new ArrayDeque<>();
    try {
      for (long next = 0; next < tensor.elements() || !pieces.isEmpty(); ) {
        if (next < tensor.elements() && pieces.size() < window) {
          long element = next;
          pieces.add(pool.submit(() -> convert(element)));
          next += PIECE_ELEMENTS;
        } else {
          sink.write(result(pieces.remove()));
        }
      }
    } finally {
      for (Future<MemorySegment> piece : pieces) piece.cancel(false);
    }
  }

  private MemorySegment convert(long element) {
    int count = (int) Math.min(PIECE_ELEMENTS, tensor.elements() - element);
    float[] values = new float[Math.min(count, PORTION_ELEMENTS)];
    MemorySegment piece = MemorySegment.ofArray(new byte[(int) target.bytes(count)]);
    Quantizer quantizer = new Quantizer(target, tensor.name());
    for (int from = 0; from < count; from += PORTION_ELEMENTS) {
      int some = Math.min(PORTION_ELEMENTS, count - from);
      for (int done = 0; done < some; ) {
        done += read(element + from + done, values, done, some - done);
      }
      quantizer.quantize(values, 0, some, piece, target.bytes(from), element + from);
    }
    return piece;
  }

  /* The rest of a row, or what fits. */
  private int read(long element, float[] values, int to, int most) {
    long length = tensor.rowLength();
    long column = element % length;
    int count = (int) Math.min(length - column, most);
    long from = rows.applyAsLong(element / length) * length + column;
    Dequantizer.dequantize(tensor.type(), bytes, tensor.type().bytes(from), values, to, count);
    return count;
  }

  private static MemorySegment result(Future<MemorySegment> piece) throws IOException {
    try {
      return piece.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while converting a tensor");
    } catch (ExecutionException e) {
      // Of a failing tensor the first bad element is reported, whichever thread met one first.
      if (e.getCause() instanceof FormatException broken) throw broken;
      throw new IllegalStateException(e.getCause());
    }
  }
}
