package dev.kedge.engine.convert;

import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.OtherFile;
import dev.kedge.engine.weights.SafetensorsFile;
import dev.kedge.engine.weights.SafetensorsTensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * A folder as Hugging Face publishes a model: JSON files beside shards of weights, which are mapped
 * until {@link #close}. Every size is bounded before it is read, and no name in a file leads out of
 * the folder.
 */
final class ModelFolder implements AutoCloseable {
  private static final int MAX_JSON = 64 << 20;
  private static final int MAX_TEMPLATE = 1 << 20;
  private static final int MAX_SHARDS = 4096;
  private static final String ONE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** A tensor and the shard that holds it. */
  record Stored(SafetensorsFile shard, SafetensorsTensor tensor) {
    MemorySegment data() {
      return shard.data(tensor);
    }
  }

  private final Path folder;
  private final List<SafetensorsFile> shards = new ArrayList<>();
  private final Map<String, Stored> tensors = new LinkedHashMap<>();
  /* All that was read of the folder, by name. */
  private final SortedMap<String, MemorySegment> read = new TreeMap<>();

  private ModelFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the shards.
   *
   * @throws FormatException where the index and its shards contradict each other
   */
  static ModelFolder open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new FormatException(-1, "this is no folder; one with config.json was expected");
    }
    ModelFolder folder = new ModelFolder(path);
    try {
      folder.openShards();
      return folder;
    } catch (IOException | RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  private void openShards() throws IOException {
    Optional<JsonFields> index = json(INDEX);
    if (index.isEmpty()) {
      open(ONE);
      return;
    }
    JsonFields map =
        index
            .get()
            .object("weight_map")
            .orElseThrow(() -> new FormatException(-1, INDEX + " has no 'weight_map'"));
    SequencedSet<String> names = new LinkedHashSet<>();
    for (Object name : map.members().values()) names.add(plainName(name));
    if (names.size() > MAX_SHARDS) {
      throw new FormatException(-1, INDEX + " names more than " + MAX_SHARDS + " files");
    }
    for (String name : names) open(name);
    for (Object tensor : map.members().keySet()) {
      if (!tensors.containsKey(String.valueOf(tensor))) {
        throw new FormatException(
            -1, INDEX + " names the tensor '" + tensor + "', no shard has it");
      }
    }
  }

  private static String plainName(Object name) {
    if (name instanceof String text && text.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}"))
      return text;
    throw new FormatException(
        -1, INDEX + " names the file '" + name + "'; a plain name was expected");
  }

  private void open(String name) throws IOException {
    Path path = folder.resolve(name);
    if (!Files.isRegularFile(path)) throw new FormatException(-1, missing(name));
    SafetensorsFile shard;
    try {
      shard = SafetensorsFile.open(path);
    } catch (FormatException e) {
      throw new FormatException(-1, name + ": " + e.getMessage());
    }
    shards.add(shard);
    read.put(name, shard.bytes());
    for (SafetensorsTensor tensor : shard.tensors()) {
      if (tensors.put(tensor.name(), new Stored(shard, tensor)) != null) {
        throw new FormatException(-1, "the tensor '" + tensor.name() + "' stands in two shards");
      }
    }
  }

  private String missing(String name) {
    if (!name.equals(ONE)) {
      return "%s names %s, which the folder does not have: get it as well".formatted(INDEX, name);
    }
    String instead =
        Files.isRegularFile(folder.resolve("pytorch_model.bin"))
            ? "; pytorch_model.bin can carry code and is not read: get the safetensors"
            : "";
    return "the folder has neither %s nor %s%s".formatted(ONE, INDEX, instead);
  }

  /** The tensors of all shards by name. */
  Map<String, Stored> tensors() {
    return tensors;
  }

  /** The folder's own name. */
  String name() {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  /** A JSON file of the folder, if it is there. */
  Optional<JsonFields> json(String name) throws IOException {
    Optional<byte[]> bytes = bytes(name, MAX_JSON);
    if (bytes.isEmpty()) return Optional.empty();
    try {
      Object value = JsonParser.parse(decode(name, bytes.get()), MAX_JSON);
      if (value instanceof Map<?, ?> map) return Optional.of(new JsonFields(name, map));
    } catch (FormatException e) {
      String why = OtherFile.seen(bytes.get()).orElse(e.getMessage());
      throw new FormatException(-1, name + ": " + why);
    }
    throw new FormatException(-1, name + " holds no JSON object");
  }

  JsonFields requireJson(String name) throws IOException {
    Optional<JsonFields> found = json(name);
    if (found.isEmpty()) {
      throw new FormatException(
          -1,
          "the folder has no %s; a model's folder as Hugging Face has it was expected"
              .formatted(name));
    }
    return found.get();
  }

  /** A text file of the folder, if it is there. */
  Optional<String> text(String name) throws IOException {
    Optional<byte[]> bytes = bytes(name, MAX_TEMPLATE);
    return bytes.isEmpty() ? Optional.empty() : Optional.of(decode(name, bytes.get()));
  }

  /** A file of the folder, if it is there. */
  Optional<byte[]> bytes(String name, int most) throws IOException {
    Path path = folder.resolve(name);
    if (!Files.isRegularFile(path)) return Optional.empty();
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new FormatException(-1, name + " is larger than " + most + " bytes");
      }
      read.put(name, MemorySegment.ofArray(bytes));
      return Optional.of(bytes);
    }
  }

  /** Bytes of all files that were used. */
  long readBytes() {
    return read.values().stream().mapToLong(MemorySegment::byteSize).sum();
  }

  /**
   * What was used of the folder: size and digest of every file.
   *
   * @param progress told the name and how much of all files has been read
   */
  SortedMap<String, FileDigest> digests(ObjLongConsumer<String> progress) {
    SortedMap<String, FileDigest> digests = new TreeMap<>();
    long before = 0;
    for (Map.Entry<String, MemorySegment> one : read.entrySet()) {
      long start = before;
      digests.put(
          one.getKey(),
          FileDigest.of(one.getValue(), done -> progress.accept(one.getKey(), start + done)));
      before += one.getValue().byteSize();
    }
    return digests;
  }

  private static String decode(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException(-1, name + " is not UTF-8");
    }
  }

  @Override
  public void close() {
    for (SafetensorsFile shard : shards) shard.close();
  }
}
