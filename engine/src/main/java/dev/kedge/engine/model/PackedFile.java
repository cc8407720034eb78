package dev.kedge.engine.model;

import dev.kedge.engine.kernel.Matrix;
import dev.kedge.engine.kernel.Packer;
import dev.kedge.engine.weights.GgufFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Packed weights in a file beside their model: {@code MODEL.<SHA-256, 16 digits>.p<version>}. It is
 * written to a temporary file, forced to the disk and renamed, so it is whole or not there; when it
 * is opened its length, header and contents are checked against the sums in it, and it must belong
 * to the model: same length and time of change, or else the same SHA-256. Anything else is made
 * anew. The sums find damage; who may write to the folder can forge them, as he can the model.
 *
 * <p>The header is one piece: magic, length, sum of the rest of the header, the model's length,
 * time and SHA-256, then per matrix its place in the model, type, rows, columns, place here and
 * sum.
 */
final class PackedFile {
  private static final long MAGIC = 0x3147504547444BL + ((long) Packer.VERSION << 56);
  private static final int HEAD = 8 + 8 + 8 + 8 + 8 + 32 + 8;
  private static final int ENTRY = 8 + 4 + 4 + 4 + 4 + 8 + 8;
  private static final int ALIGNMENT = 4096;
  private static final long ABSENT = -1;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int PIECE = 4 << 20;

  private final Path model;
  private final MemorySegment bytes;
  private final List<Matrix> matrices;
  private @Nullable Path path;

  PackedFile(GgufFile file, Path model, List<Matrix> matrices) {
    this.model = model.toAbsolutePath();
    this.bytes = file.bytes();
    this.matrices = matrices;
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
  List<Optional<MemorySegment>> open(Arena arena) throws IOException {
    @Nullable String digest = null;
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(), this::candidate)) {
      for (Path candidate : found) {
        MemorySegment file = map(candidate, arena);
        if (!sound(file)) continue;
        if (!fresh(file) && digest == null) digest = sha256();
        if (fresh(file) || recordedDigest(file).equals(digest)) {
          path = candidate;
          return entries(file);
        }
      }
    }
    path = write();
    removeOthers();
    MemorySegment file = map(path, arena);
    if (!sound(file)) throw new IOException("what was written does not read back");
    return entries(file);
  }

  /* Of other contents that the model had, or damaged. */
  private void removeOthers() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder(), this::candidate)) {
      for (Path other : found) if (!other.equals(path)) Files.deleteIfExists(other);
    }
  }

  private Path folder() {
    Path folder = model.getParent();
    return folder == null ? Path.of(".") : folder;
  }

  private boolean candidate(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(model.getFileName() + ".")
        && name.endsWith(".p" + Packer.VERSION)
        && Files.isRegularFile(file);
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private int headerBytes() {
    return HEAD + matrices.size() * ENTRY;
  }

  /* Whether the header is ours and lists these matrices, and all sums are right. */
  private boolean sound(MemorySegment file) {
    int header = headerBytes();
    if (file.byteSize() < header || file.get(I64, 0) != MAGIC) return false;
    if (file.get(I64, 8) != file.byteSize()) return false;
    if (file.get(I64, 16) != sum(file.asSlice(24, header - 24))) return false;
    if (file.get(I64, 24 + 48) != matrices.size()) return false;
    long at = align(header);
    for (int i = 0; i < matrices.size(); i++) {
      ByteBuffer entry = entry(file, i);
      Matrix matrix = matrices.get(i);
      boolean same =
          entry.getLong() == matrix.data().address() - bytes.address()
              && entry.getInt() == matrix.type().id()
              && entry.getInt() == matrix.rows()
              && entry.getInt() == matrix.columns()
              && entry.getInt() == 0;
      long place = entry.getLong();
      if (!same || (place != at && place != ABSENT)) return false;
      if (place != ABSENT) at = align(at + Packer.bytes(matrix));
    }
    if (at != align(file.byteSize())) return false;
    return IntStream.range(0, matrices.size()).parallel().allMatch(i -> sumIsRight(file, i));
  }

  private boolean sumIsRight(MemorySegment file, int i) {
    ByteBuffer entry = entry(file, i);
    long place = entry.getLong(24);
    return place == ABSENT
        || sum(file.asSlice(place, Packer.bytes(matrices.get(i)))) == entry.getLong(32);
  }

  private static ByteBuffer entry(MemorySegment file, int i) {
    return file.asSlice(HEAD + (long) i * ENTRY, ENTRY)
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private boolean fresh(MemorySegment file) {
    try {
      return file.get(I64, 24) == bytes.byteSize() && file.get(I64, 32) == changed();
    } catch (IOException e) {
      return false;
    }
  }

  private long changed() throws IOException {
    return Files.getLastModifiedTime(model).to(java.util.concurrent.TimeUnit.NANOSECONDS);
  }

  private static String recordedDigest(MemorySegment file) {
    return HexFormat.of().formatHex(file.asSlice(40, 32).toArray(ValueLayout.JAVA_BYTE));
  }

  private List<Optional<MemorySegment>> entries(MemorySegment file) {
    List<Optional<MemorySegment>> entries = new ArrayList<>();
    for (int i = 0; i < matrices.size(); i++) {
      long place = entry(file, i).getLong(24);
      entries.add(
          place == ABSENT
              ? Optional.empty()
              : Optional.of(file.asSlice(place, Packer.bytes(matrices.get(i)))));
    }
    return entries;
  }

  private Path write() throws IOException {
    CompletableFuture<String> digest = CompletableFuture.supplyAsync(this::sha256);
    Path temporary =
        folder().resolve("." + model.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      ByteBuffer header = ByteBuffer.allocate(headerBytes()).order(ByteOrder.LITTLE_ENDIAN);
      String found;
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        long end = writeMatrices(channel, header);
        found = join(digest);
        header.putLong(0, MAGIC).putLong(8, end).putLong(24, bytes.byteSize());
        header.putLong(32, changed()).put(40, HexFormat.of().parseHex(found));
        header.putLong(72, matrices.size());
        header.putLong(
            16,
            sum(MemorySegment.ofArray(Arrays.copyOfRange(header.array(), 24, header.capacity()))));
        writeFully(channel, header, 0);
        channel.force(true);
      }
      Path target =
          folder()
              .resolve(model.getFileName() + "." + found.substring(0, 16) + ".p" + Packer.VERSION);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static String join(CompletableFuture<String> digest) throws IOException {
    try {
      return digest.join();
    } catch (CompletionException e) {
      throw new IOException("the model could not be read", e);
    }
  }

  /* Returns the length of the file. */
  private long writeMatrices(FileChannel channel, ByteBuffer header) throws IOException {
    long at = align(headerBytes());
    long end = at;
    for (int i = 0; i < matrices.size(); i++) {
      Matrix matrix = matrices.get(i);
      long length = Packer.bytes(matrix);
      long sum = 0;
      boolean packed;
      try (Arena arena = Arena.ofShared()) {
        MemorySegment form = arena.allocate(length, 64);
        packed = PreparedWeights.pack(matrix, 0, Packer.panels(matrix), form);
        if (packed) {
          sum = sum(form);
          for (long done = 0; done < length; done += PIECE) {
            MemorySegment piece = form.asSlice(done, Math.min(PIECE, length - done));
            writeFully(channel, piece.asByteBuffer(), at + done);
          }
        }
      }
      header.position(HEAD + i * ENTRY);
      header.putLong(matrix.data().address() - bytes.address());
      header.putInt(matrix.type().id()).putInt(matrix.rows()).putInt(matrix.columns()).putInt(0);
      header.putLong(packed ? at : ABSENT).putLong(sum);
      if (packed) {
        end = at + length;
        at = align(end);
      }
    }
    header.rewind();
    return end;
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer, long at)
      throws IOException {
    long position = at;
    while (buffer.hasRemaining()) position += channel.write(buffer, position);
  }

  private static long align(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (long done = 0; done < bytes.byteSize(); done += PIECE) {
        digest.update(bytes.asSlice(done, Math.min(PIECE, bytes.byteSize() - done)).asByteBuffer());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /* A polynomial over 64-bit words, eight of them side by side: as fast as memory is read. */
  private static long sum(MemorySegment data) {
    long prime = 0x9E3779B97F4A7C15L;
    long whole = data.byteSize() / 64 * 64;
    long a = 1;
    long b = 2;
    long c = 3;
    long d = 4;
    long e = 5;
    long f = 6;
    long g = 7;
    long h = 8;
    for (long i = 0; i < whole; i += 64) {
      a = (a ^ data.get(I64, i)) * prime;
      b = (b ^ data.get(I64, i + 8)) * prime;
      c = (c ^ data.get(I64, i + 16)) * prime;
      d = (d ^ data.get(I64, i + 24)) * prime;
      e = (e ^ data.get(I64, i + 32)) * prime;
      f = (f ^ data.get(I64, i + 40)) * prime;
      g = (g ^ data.get(I64, i + 48)) * prime;
      h = (h ^ data.get(I64, i + 56)) * prime;
    }
    long sum = data.byteSize();
    for (long part : new long[] {a, b, c, d, e, f, g, h}) {
      sum = (sum ^ part ^ part >>> 29) * prime;
    }
    for (long i = whole; i < data.byteSize(); i++) {
      sum = (sum ^ data.get(ValueLayout.JAVA_BYTE, i)) * prime;
    }
    return sum ^ sum >>> 32;
  }
}
