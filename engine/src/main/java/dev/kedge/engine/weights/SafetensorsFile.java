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
 * An open safetensors file, mapped read-only. Safe for use by several threads; {@link #close}
 * unmaps the data, after which segments handed out may not be read.
 */
public final class SafetensorsFile implements WeightFile {
  private final @Nullable Arena arena;
  private final MemorySegment file;
  private final SafetensorsParser.Header header;
  private final Map<String, SafetensorsTensor> byName = new HashMap<>();

  private SafetensorsFile(@Nullable Arena arena, MemorySegment file) {
    this.arena = arena;
    this.file = file;
    this.header = SafetensorsParser.parse(file);
    for (SafetensorsTensor tensor : header.tensors()) byName.put(tensor.name(), tensor);
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws FormatException where the file breaks the format or has a dtype that the format does
   *     not know; the message names place and reason
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena is this object's; close() closes it
  public static SafetensorsFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new SafetensorsFile(arena, MappedFile.map(path, arena));
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Reads a file that stands in memory; {@link #close} leaves the memory alone. */
  public static SafetensorsFile of(MemorySegment bytes) {
    return new SafetensorsFile(null, bytes.asReadOnly());
  }

  @Override
  public long fileBytes() {
    return file.byteSize();
  }

  /** What the file says about itself, in its order; empty where it says nothing. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The tensors, in the order of the header (which need not be that of the data). */
  public List<SafetensorsTensor> tensors() {
    return header.tensors();
  }

  /** The tensor of this name, if there is one. */
  public Optional<SafetensorsTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The tensor of this name; a {@link FormatException} names it where it is missing. */
  public SafetensorsTensor require(String name) {
    return tensor(name)
        .orElseThrow(() -> new FormatException(-1, "the file has no tensor '" + name + "'"));
  }

  /**
   * The tensor's bytes, read-only, little-endian and not aligned: read them with an unaligned
   * layout.
   */
  public MemorySegment data(SafetensorsTensor tensor) {
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
