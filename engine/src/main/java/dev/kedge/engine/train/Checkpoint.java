package dev.kedge.engine.train;

import dev.kedge.engine.weights.FormatException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Everything that training needs to go on as if it had never stopped. One file: magic, identity of
 * options and data, counters, arrays, and the SHA-256 of all that.
 */
final class Checkpoint {
  private static final long MAGIC = 0x4B45444745434B31L; // KEDGECK1
  private static final int PIECE = 1 << 14;

  /** Counters beside the arrays. */
  record Progress(
      int step, int steps, int epoch, int next, double bestLoss, int bestStep, int misses) {}

  private Checkpoint() {}

  /** Writes beside {@code file}, then replaces it at once. */
  static void write(Path file, String identity, Progress progress, float[]... arrays)
      throws IOException {
    Path temporary = file.toAbsolutePath().resolveSibling("." + file.getFileName() + ".part");
    MessageDigest sha = TrainingData.sha256();
    try (OutputStream raw = Files.newOutputStream(temporary);
        DigestOutputStream digested =
            new DigestOutputStream(new BufferedOutputStream(raw, 1 << 16), sha);
        DataOutputStream out = new DataOutputStream(digested)) {
      out.writeLong(MAGIC);
      out.writeUTF(identity);
      out.writeInt(progress.step);
      out.writeInt(progress.steps);
      out.writeInt(progress.epoch);
      out.writeInt(progress.next);
      out.writeDouble(progress.bestLoss);
      out.writeInt(progress.bestStep);
      out.writeInt(progress.misses);
      for (float[] array : arrays) write(out, array);
      digested.on(false);
      out.write(sha.digest());
    }
    Files.move(
        temporary,
        file.toAbsolutePath(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(DataOutputStream out, float[] array) throws IOException {
    out.writeInt(array.length);
    ByteBuffer piece = ByteBuffer.allocate(4 * PIECE);
    for (int from = 0; from < array.length; from += PIECE) {
      int count = Math.min(PIECE, array.length - from);
      piece.asFloatBuffer().put(array, from, count);
      out.write(piece.array(), 0, 4 * count);
    }
  }

  /**
   * Reads into {@code arrays}.
   *
   * @throws FormatException if the file is damaged or belongs to other options or data
   */
  static Progress read(Path file, String identity, float[]... arrays) throws IOException {
    MessageDigest sha = TrainingData.sha256();
    try (InputStream raw = Files.newInputStream(file);
        DigestInputStream digested =
            new DigestInputStream(new BufferedInputStream(raw, 1 << 16), sha);
        DataInputStream in = new DataInputStream(digested)) {
      if (in.readLong() != MAGIC) throw damaged(file, "it does not begin like a checkpoint");
      String written = in.readUTF();
      if (!written.equals(identity)) {
        throw new FormatException(
            -1,
            "checkpoint "
                + file
                + " belongs to other options or data; delete it, or train with"
                + " the same. Written with ["
                + written
                + "], now ["
                + identity
                + "]");
      }
      Progress progress =
          new Progress(
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readInt(),
              in.readDouble(),
              in.readInt(),
              in.readInt());
      for (float[] array : arrays) read(file, in, array);
      digested.on(false);
      if (!Arrays.equals(sha.digest(), in.readNBytes(32))) {
        throw damaged(file, "its digest does not match its content");
      }
      return progress;
    } catch (EOFException e) {
      throw damaged(file, "it ends too early");
    }
  }

  private static void read(Path file, DataInputStream in, float[] array) throws IOException {
    if (in.readInt() != array.length) throw damaged(file, "an array has another length");
    byte[] piece = new byte[4 * PIECE];
    for (int from = 0; from < array.length; from += PIECE) {
      int count = Math.min(PIECE, array.length - from);
      in.readFully(piece, 0, 4 * count);
      ByteBuffer.wrap(piece).asFloatBuffer().get(array, from, count);
    }
  }

  private static FormatException damaged(Path file, String why) {
    return new FormatException(-1, "checkpoint " + file + " is damaged: " + why + "; delete it");
  }
}
