package dev.kedge.engine.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open GGUF file (version 2 or 3, little-endian), mapped read-only. Safe for use by several
 * threads; {@link #close} unmaps the data, after which segments handed out may not be read.
 */
public final class GgufFile implements WeightFile {
  private final @Nullable Arena arena;
  private final MemorySegment file;
  private final GgufParser.Header header;
  private final Map<String, TensorInfo> byName = new HashMap<>();

  private GgufFile(@Nullable Arena arena, MemorySegment file, GgufParser.Header header) {
    this.arena = arena;
    this.file = file;
    this.header = header;
    for (TensorInfo tensor : header.tensors()) byName.put(tensor.name(), tensor);
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws FormatException where the file breaks the format or has tensors of a type that Kedge
   *     does not run; the message names place and reason
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is this object's; close() closes it
  public static GgufFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment file = MappedFile.map(path, arena);
      return new GgufFile(arena, file, GgufParser.parse(file));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Reads a file that stands in memory; {@link #close} leaves the memory alone. */
  public static GgufFile of(MemorySegment bytes) {
    MemorySegment file = bytes.asReadOnly();
    return new GgufFile(null, file, GgufParser.parse(file));
  }

  /** The format version, 2 or 3. */
  public int version() {
    return header.version();
  }

  @Override
  public long fileBytes() {
    return file.byteSize();
  }

  /** The key-values. */
  public Metadata metadata() {
    return header.metadata();
  }

  /** The tensor directory, in the file's order. */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  /** The tensor of this name, if there is one. */
  public Optional<TensorInfo> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The tensor of this name; a {@link FormatException} names it where it is missing. */
  public TensorInfo require(String name) {
    return tensor(name)
        .orElseThrow(() -> new FormatException(-1, "the file has no tensor '" + name + "'"));
  }

  /** The tensor's bytes, read-only; aligned to at least 8 bytes where the file is mapped. */
  public MemorySegment data(TensorInfo tensor) {
    return file.asSlice(tensor.offset(), tensor.bytes());
  }

  /** All bytes of the file, header included, read-only. */
  public MemorySegment bytes() {
    return file;
  }

  @Override
  public void close() {
    if (arena != null && arena.scope().isAlive()) arena.close();
  }
}
