package dev.kedge.pilot;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * What a model file is.
 *
 * @param file its name
 * @param bytes its size
 * @param sha256 of its content
 * @param architecture as the file tells
 * @param weights the type that most bytes of weights have
 * @param parameters number of weights
 */
public record ModelFacts(
    String file, long bytes, String sha256, String architecture, String weights, long parameters) {

  /** Reads the whole file once for its digest, then its header. */
  static ModelFacts of(Path file, LongConsumer readBytes) throws IOException, InterruptedException {
    String sha256 = digest(file, readBytes);
    try (GgufFile model = GgufFile.open(file)) {
      Map<TensorType, Long> bytes = new EnumMap<>(TensorType.class);
      long parameters = 0;
      for (TensorInfo tensor : model.tensors()) {
        bytes.merge(tensor.type(), tensor.bytes(), Long::sum);
        parameters += tensor.elements();
      }
      String weights =
          bytes.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(e -> e.getKey().name())
              .orElse("none");
      String architecture =
          model.metadata().has("general.architecture")
              ? model.metadata().string("general.architecture")
              : "unknown";
      return new ModelFacts(
          String.valueOf(file.getFileName()),
          model.fileBytes(),
          sha256,
          architecture,
          weights,
          parameters);
    } catch (FormatException e) {
      throw new FormatException(-1, file + ": " + e.getMessage());
    }
  }

  /** Refuses a file whose content is not what the task names. */
  void mustBe(String expected, Path file) {
    if (sha256.equals(expected)) return;
    throw new KedgeException(
        new Failure.Untrusted(
            file
                + " is not the model that the task names:\n  its SHA-256 is "
                + sha256
                + "\n  the task says "
                + expected
                + "\nFetch the right file, put its digest into task.yaml if you changed the model"
                + " on purpose, or try this one with --model.",
            "digest_mismatch"));
  }

  /** The SHA-256 of a file, lower-case hexadecimal. */
  static String digest(Path file, LongConsumer readBytes) throws IOException, InterruptedException {
    try (InputStream in = Files.newInputStream(file)) {
      Sha256 digest = new Sha256();
      byte[] piece = new byte[1 << 20];
      long done = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        if (Thread.interrupted()) throw new InterruptedException();
        digest.add(piece, n);
        done += n;
        readBytes.accept(done);
      }
      return digest.hex();
    }
  }
}
