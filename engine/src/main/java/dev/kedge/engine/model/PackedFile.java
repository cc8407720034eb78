package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Packed weights in a file beside their model: {@code MODEL.<SHA-256, 16 digits>.p<version>}. It is
 * written to a temporary file, forced to the disk and renamed, so it is whole or not there, and
 * bound to the model by its SHA-256. When it is opened its header is checked; its contents are
 * checked against the sums in it unless a {@link DigestRecord} says that nobody has written to it
 * since that was done. A file that somebody else could have written, is damaged or belongs to
 * another content is made anew. The sums find damage, not forgery: {@link PreparedWeights#verify}
 * finds both, by packing once more.
 *
 * <p>The header is one piece: magic, length, sum of the rest of the header, the model's length and
 * SHA-256, number of matrices; then per matrix its place in the model, type, rows, columns, place
 * here and sum of the sums of its panels.
 */
final class PackedFile {
  static final long MAGIC = 0x3247504547444BL + ((long) Packer.VERSION << 56);
  static final int HEAD = 8 + 8 + 8 + 8 + 32 + 8;
  static final int ENTRY = 8 + 4 + 4 + 4 + 4 + 8 + 8;
  static final long ABSENT = -1;
  private static final int ALIGNMENT = 4096;
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path model;
  private final FileDigest digest;
  private final MemorySegment bytes;
  private final List<Matrix> matrices;
  private final Pattern names;
  private @Nullable Path path;

  /**
   * @param model beside which it stands
   * @param bytes of the model, mapped
   * @param digest of these
   */
  PackedFile(Path model, MemorySegment bytes, FileDigest digest, List<Matrix> matrices) {
    this.model = model.toAbsolutePath();
    this.digest = digest;
    this.bytes = bytes;
    this.matrices = matrices;
    this.names =
        Pattern.compile(Pattern.quote(model.getFileName() + ".") + "[0-9a-f]{16}\\.p(\\d{1,6})");
  }

  /** The file, once it is open. */
  Path path() {
    if (path == null) throw new IllegalStateException("not open");
    return path;
  }

  /**
   * Maps the file, after writing it where there is none that fits.
   *
   * @return per matrix its packed form; empty where it has none
   * @throws IOException if it cannot be written
   */
  List<Optional<MemorySegment>> open(Arena arena, PackingProgress progress) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(), this::candidate)) {
      for (Path candidate : found) {
        Optional<MemorySegment> file = sound(candidate, arena);
        if (file.isEmpty()) continue;
        path = candidate;
        return entries(file.get());
      }
    }
    path = name();
    new PackedFileWriter(bytes, digest, matrices).write(path, progress);
    removeOthers();
    Optional<MemorySegment> file = sound(path, arena);
    if (file.isEmpty()) throw new IOException("what was written does not read back");
    return entries(file.get());
  }

  private Path name() {
    String name = model.getFileName() + "." + digest.sha256().substring(0, 16);
    return folder().resolve(name + ".p" + Packer.VERSION);
  }

  /* Of other contents that the model had, of layouts before this one, or damaged. */
  private void removeOthers() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(folder(), file -> version(file) <= Packer.VERSION)) {
      for (Path other : found) {
        if (other.equals(path)) continue;
        Files.deleteIfExists(other);
        Files.deleteIfExists(DigestRecord.of(other));
      }
    }
  }

  private Path folder() {
    Path folder = model.getParent();
    return folder == null ? Path.of(".") : folder;
  }

  private boolean candidate(Path file) {
    return version(file) == Packer.VERSION;
  }

  /* Of the layout, by the file's name; a large number if it is none of this model's. */
  private int version(Path file) {
    Matcher name = names.matcher(String.valueOf(file.getFileName()));
    return name.matches() && Files.isRegularFile(file)
        ? Integer.parseInt(name.group(1))
        : Integer.MAX_VALUE;
  }

  /* The file, mapped, if it is ours and nothing is wrong with it. */
  private Optional<MemorySegment> sound(Path file, Arena arena) throws IOException {
    Optional<FileStat> stat = FileStat.of(file);
    if (stat.isPresent() && !stat.get().ours()) return Optional.empty();
    MemorySegment mapped;
    try (FileChannel channel = FileChannel.open(file)) {
      mapped = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
    if (!headerFits(mapped)) return Optional.empty();
    FileDigest own = new FileDigest(mapped.byteSize(), headerDigest(mapped));
    if (stat.isPresent() && DigestRecord.read(file, stat.get()).filter(own::equals).isPresent()) {
      return Optional.of(mapped);
    }
    if (!contentsFit(mapped)) return Optional.empty();
    if (stat.isPresent()) DigestRecord.write(file, stat.get(), own);
    return Optional.of(mapped);
  }

  private String headerDigest(MemorySegment file) {
    return FileDigest.of(file.asSlice(0, headerBytes(matrices)), _ -> {}).sha256();
  }

  /* Whether the header is ours, of this model, and lists these matrices. */
  private boolean headerFits(MemorySegment file) {
    int header = headerBytes(matrices);
    if (file.byteSize() < header || file.get(I64, 0) != MAGIC) return false;
    if (file.get(I64, 8) != file.byteSize()) return false;
    if (file.get(I64, 16) != PackedSum.of(file.asSlice(24, header - 24))) return false;
    String model = HexFormat.of().formatHex(file.asSlice(32, 32).toArray(ValueLayout.JAVA_BYTE));
    if (file.get(I64, 24) != digest.bytes() || !model.equals(digest.sha256())) return false;
    if (file.get(I64, 64) != matrices.size()) return false;
    long at = align(header);
    for (int i = 0; i < matrices.size(); i++) {
      long entry = entry(i);
      Matrix matrix = matrices.get(i);
      long place = file.get(I64, entry + 24);
      boolean same =
          file.get(I64, entry) == matrix.data().address() - bytes.address()
              && file.get(I32, entry + 8) == matrix.type().id()
              && file.get(I32, entry + 12) == matrix.rows()
              && file.get(I32, entry + 16) == matrix.columns()
              && file.get(I32, entry + 20) == 0
              && (place == at || place == ABSENT);
      if (!same) return false;
      at = align(at + Packer.bytes(matrix));
    }
    return at == align(file.byteSize());
  }

  private boolean contentsFit(MemorySegment file) {
    return IntStream.range(0, matrices.size()).parallel().allMatch(i -> sumIsRight(file, i));
  }

  private boolean sumIsRight(MemorySegment file, int i) {
    long place = file.get(I64, entry(i) + 24);
    if (place == ABSENT) return true;
    Matrix matrix = matrices.get(i);
    byte[] panel = new byte[Packer.panelBytes(matrix)];
    long[] sums = new long[Packer.panels(matrix)];
    for (int p = 0; p < sums.length; p++) {
      for (Packer.Piece piece : Packer.pieces(matrix, p)) {
        long at = place + piece.at();
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, panel, piece.from(), piece.length());
      }
      sums[p] = PackedSum.of(MemorySegment.ofArray(panel));
    }
    return PackedSum.of(sums) == file.get(I64, entry(i) + 32);
  }

  private List<Optional<MemorySegment>> entries(MemorySegment file) {
    List<Optional<MemorySegment>> entries = new ArrayList<>();
    for (int i = 0; i < matrices.size(); i++) {
      long place = file.get(I64, entry(i) + 24);
      entries.add(
          place == ABSENT
              ? Optional.empty()
              : Optional.of(file.asSlice(place, Packer.bytes(matrices.get(i)))));
    }
    return entries;
  }

  private static long entry(int i) {
    return HEAD + (long) i * ENTRY;
  }

  static int headerBytes(List<Matrix> matrices) {
    return HEAD + matrices.size() * ENTRY;
  }

  static long align(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
