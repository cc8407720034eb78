package dev.kedge.route.tier;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.report.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes {@code route.json}: JSON with the weights as half floats in base64, little
 * endian. The digest covers everything else; a file that was changed by hand is refused.
 */
public final class RouteFile {
  private static final String FORMAT = "kedge-route";
  private static final int VERSION = 1;
  private static final long LARGEST_BYTES = 4 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxTokenCount(100_000)
                          .maxNumberLength(40)
                          .maxStringLength((int) LARGEST_BYTES)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private RouteFile() {}

  @JsonPropertyOrder(alphabetic = false)
  private record Body(
      String format,
      int version,
      String digest,
      int slots,
      int structure,
      String small,
      String large,
      double threshold,
      String aim,
      Optional<Prices> prices,
      Calibration calibration,
      TrainingSummary training,
      Curve curve,
      String weights) {
    Body {
      Objects.requireNonNull(format, "format");
      Objects.requireNonNull(digest, "digest");
      Objects.requireNonNull(small, "small");
      Objects.requireNonNull(large, "large");
      Objects.requireNonNull(aim, "aim");
      Objects.requireNonNull(prices, "prices");
      Objects.requireNonNull(calibration, "calibration");
      Objects.requireNonNull(training, "training");
      Objects.requireNonNull(curve, "curve");
      Objects.requireNonNull(weights, "weights");
    }

    Body withDigest(String value) {
      return new Body(
          format,
          version,
          value,
          slots,
          structure,
          small,
          large,
          threshold,
          aim,
          prices,
          calibration,
          training,
          curve,
          weights);
    }

    String computedDigest() {
      return Sha256.of(JSON.writeValueAsBytes(withDigest("")));
    }
  }

  /** Writes a file, whole or not at all. */
  public static void write(Path file, RouteModel model) throws IOException {
    WholeFile.write(file, text(model));
  }

  /** The content of the file: the same model gives the same text. */
  public static String text(RouteModel model) {
    Body body =
        new Body(
            FORMAT,
            VERSION,
            "",
            Features.SLOTS,
            Structure.COUNT,
            model.small(),
            model.large(),
            model.threshold(),
            model.aim(),
            model.prices(),
            model.classifier().calibration(),
            model.training(),
            model.curve(),
            encode(model.classifier().weights()));
    return JSON.writeValueAsString(body.withDigest(body.computedDigest())) + "\n";
  }

  /**
   * Reads a file.
   *
   * @throws KedgeException naming the file and the reason if it is not one or was changed
   */
  public static RouteModel read(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw untrusted(file, "it is larger than 4 MiB, which no classifier is");
    }
    try {
      return model(JSON.readValue(Files.readString(file, StandardCharsets.UTF_8), Body.class));
    } catch (JacksonException e) {
      throw untrusted(file, String.valueOf(e.getOriginalMessage()));
    } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
      throw untrusted(file, String.valueOf(e.getMessage()));
    }
  }

  private static RouteModel model(Body body) {
    if (!body.format().equals(FORMAT)) throw new IllegalArgumentException("its format is unknown");
    if (body.version() != VERSION
        || body.slots() != Features.SLOTS
        || body.structure() != Structure.COUNT) {
      throw new IllegalArgumentException(
          "it is of another version (" + body.version() + "); train it again");
    }
    if (!body.digest().equals(body.computedDigest())) {
      throw new IllegalArgumentException("its content does not fit its digest");
    }
    return new RouteModel(
        body.small(),
        body.large(),
        new Classifier(decode(body.weights()), body.calibration()),
        body.curve(),
        body.threshold(),
        body.aim(),
        body.prices(),
        body.training());
  }

  /** The reason may quote the file: made short and harmless. */
  private static KedgeException untrusted(Path file, String reason) {
    String first = reason.lines().findFirst().orElse("").replaceFirst("; `.*", "");
    String safe = first.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    return new KedgeException(
        new Failure.Untrusted(
            file
                + ": not a classifier that kedge route train wrote: "
                + (safe.length() <= 200 ? safe : safe.substring(0, 200) + "…"),
            "bad_classifier"));
  }

  private static String encode(float[] weights) {
    byte[] bytes = new byte[2 * weights.length];
    for (int i = 0; i < weights.length; i++) {
      short half = Float.floatToFloat16(weights[i]);
      bytes[2 * i] = (byte) half;
      bytes[2 * i + 1] = (byte) (half >> 8);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static float[] decode(String text) {
    byte[] bytes = Base64.getDecoder().decode(text);
    if (bytes.length != 2 * Features.DIMENSIONS) {
      throw new IllegalArgumentException("it has " + bytes.length + " bytes of weights");
    }
    float[] weights = new float[Features.DIMENSIONS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Float.float16ToFloat((short) ((bytes[2 * i] & 0xff) | (bytes[2 * i + 1] << 8)));
      if (!Float.isFinite(weights[i])) throw new IllegalArgumentException("a weight is no number");
    }
    return weights;
  }
}
