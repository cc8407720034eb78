package dev.kedge.engine.weights;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What identifies a file's content.
 *
 * @param bytes its size
 * @param sha256 lower-case hexadecimal, 64 digits
 */
public record FileDigest(long bytes, String sha256) {
  private static final int PIECE = 1 << 22;

  public FileDigest {
    if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("no digest: " + bytes + " bytes, " + sha256);
    }
  }

  /** Told how far the reading is, piece by piece; may wait, to make it slower. */
  @FunctionalInterface
  public interface Progress {
    /** So many bytes have been read. */
    void read(long bytes);
  }

  /** Reads a whole file that is mapped or stands in memory. */
  public static FileDigest of(MemorySegment file, Progress progress) {
    MessageDigest digest = AtomicFile.sha256();
    for (long at = 0; at < file.byteSize(); ) {
      long length = Math.min(PIECE, file.byteSize() - at);
      digest.update(file.asSlice(at, length).asByteBuffer());
      at += length;
      progress.read(at);
    }
    return new FileDigest(file.byteSize(), HexFormat.of().formatHex(digest.digest()));
  }
}
