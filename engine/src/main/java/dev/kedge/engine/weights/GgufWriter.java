package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a GGUF file: version 3, alignment 32, tensors in the order given. The same input gives the
 * same bytes. For one thread, once.
 */
public final class GgufWriter {
  private record Tensor(
      String name, TensorType type, long[] shape, long bytes, TensorSource source) {}

  private final Metadata metadata;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /**
   * @param metadata written in its order, without {@code general.alignment}
   */
  public GgufWriter(Metadata metadata) {
    this.metadata = Metadata.builder().copyFrom(metadata).remove(GgufParser.ALIGNMENT_KEY).build();
  }

  /**
   * Adds a tensor.
   *
   * @param shape GGUF order, see {@link TensorInfo}
   * @param source called once, from {@link #write}
   */
  public GgufWriter tensor(String name, TensorType type, long[] shape, TensorSource source) {
    if (name.isEmpty() || !names.add(name)) {
      throw new IllegalArgumentException("tensor name empty or used twice: '" + name + "'");
    }
    if (shape.length < 1 || shape.length > 4 || shape[0] % type.blockSize() != 0) {
      throw new IllegalArgumentException("shape of tensor '" + name + "' does not fit " + type);
    }
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 1) throw new IllegalArgumentException("a dimension below 1 in " + name);
      elements = Math.multiplyExact(elements, dimension);
    }
    tensors.add(new Tensor(name, type, shape.clone(), type.bytes(elements), source));
    return this;
  }

  /** Adds a tensor whose bytes stand in memory. */
  public GgufWriter tensor(String name, TensorType type, long[] shape, MemorySegment bytes) {
    return tensor(name, type, shape, sink -> sink.write(bytes));
  }

  /** Adds an F32 tensor. */
  public GgufWriter tensor(String name, long[] shape, float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(PackedValues.floats(values).bytes());
    return tensor(name, TensorType.F32, shape, bytes);
  }

  /**
   * Writes the file beside {@code target}, forces it to the disk and then moves it into place, so
   * that {@code target} is at any time absent, the old file or the whole new one.
   *
   * @return size and digest of the new file
   */
  public FileDigest write(Path target) throws IOException {
    try (AtomicFile file = AtomicFile.beside(target)) {
      byte[] header = header();
      long bytes = header.length;
      for (Tensor tensor : tensors) bytes += padded(tensor.bytes());
      file.requireRoom(bytes);
      file.write(MemorySegment.ofArray(header));
      for (Tensor tensor : tensors) {
        long start = file.position();
        tensor.source().writeTo(file::write);
        requireAll(tensor, file.position() - start);
        file.pad(GgufParser.DEFAULT_ALIGNMENT);
      }
      return file.commit();
    }
  }

  /**
   * What of an interrupted writing was found.
   *
   * @param keptTensors that were whole
   * @param otherRemoved whether there was one of another source, which begins anew
   */
  public record Resumption(int keptTensors, boolean otherRemoved) {}

  /** Told what {@link #resume} does. */
  public interface Observer {
    /** So much of a tensor that stands there already has been read. */
    void checked(String tensor, long bytes);

    /** What was found; once, when all is written. */
    void resumed(Resumption resumption);
  }

  /**
   * As {@link #write}, but goes on with what a killed process has written of the same source:
   * tensors that are whole in it are read once and kept. The file is the same as without.
   *
   * @param source names all that the file depends on
   */
  public FileDigest resume(Path target, String source, Observer observer) throws IOException {
    try (PartialFile file = PartialFile.beside(target, source)) {
      try {
        return resume(file, observer);
      } catch (RuntimeException | Error e) {
        file.giveUp();
        throw e;
      }
    }
  }

  private FileDigest resume(PartialFile file, Observer observer) throws IOException {
    byte[] header = header();
    long bytes = header.length;
    for (Tensor tensor : tensors) bytes += padded(tensor.bytes());
    file.requireRoom(bytes);
    if (!file.keep("", header.length, _ -> {})) {
      file.write(MemorySegment.ofArray(header));
      file.endPiece("");
    }
    int kept = 0;
    for (Tensor tensor : tensors) {
      long length = padded(tensor.bytes());
      if (file.keep(tensor.name(), length, read -> observer.checked(tensor.name(), read))) {
        kept++;
        continue;
      }
      long start = file.position();
      tensor.source().writeTo(file::write);
      requireAll(tensor, file.position() - start);
      file.pad(GgufParser.DEFAULT_ALIGNMENT);
      file.endPiece(tensor.name());
    }
    observer.resumed(new Resumption(kept, file.replacedOther()));
    return file.commit();
  }

  private static void requireAll(Tensor tensor, long written) {
    if (written == tensor.bytes()) return;
    throw new IllegalStateException(
        "tensor '%s' takes %d bytes, its source gave %d"
            .formatted(tensor.name(), tensor.bytes(), written));
  }

  byte[] header() {
    ByteSink out = new ByteSink();
    out.int32(GgufParser.MAGIC);
    out.int32(3);
    out.int64(tensors.size());
    out.int64(metadata.keys().size());
    for (String key : metadata.keys()) {
      out.string(key);
      MetadataValue value = metadata.get(key).orElseThrow();
      out.int32(value.type().id());
      out.value(value);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      out.string(tensor.name());
      out.int32(tensor.shape().length);
      for (long dimension : tensor.shape()) out.int64(dimension);
      out.int32(tensor.type().id());
      out.int64(offset);
      offset += padded(tensor.bytes());
    }
    out.pad(GgufParser.DEFAULT_ALIGNMENT);
    return out.bytes();
  }

  private static long padded(long bytes) {
    long mask = GgufParser.DEFAULT_ALIGNMENT - 1L;
    return (bytes + mask) & ~mask;
  }
}
