package dev.kedge.wire;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON within bounds: UTF-8 only, no duplicate names, limited depth and number of values. */
public final class Json {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 400_000;
  private static final int MAX_NUMBER_LENGTH = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_VALUES)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxNameLength(1_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads one JSON value.
   *
   * @throws KedgeException with {@link Failure.Invalid} that gives line and column
   */
  public static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(utf8(body));
    } catch (JacksonException e) {
      throw invalid("the body is not valid JSON" + place(e) + ": " + e.getOriginalMessage());
    }
  }

  /**
   * Reads one JSON object.
   *
   * @throws KedgeException with {@link Failure.Invalid} that gives the place
   */
  public static ObjectNode object(byte[] body) {
    JsonNode node = parse(body);
    if (node instanceof ObjectNode object) return object;
    throw Fields.wrongType("the body", "an object", node);
  }

  /** An empty object to be filled. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** One of our records as JSON; names become snake_case. */
  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /** One of our records as a tree; names become snake_case. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /* Decoded here and not by the parser, which would guess UTF-16 from the first bytes. */
  private static String utf8(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid("the body is not valid UTF-8");
    }
  }

  private static String place(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 0
        ? ""
        : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static KedgeException invalid(String message) {
    return new KedgeException(new Failure.Invalid(message, "invalid_json", ""));
  }
}
