package dev.kedge.config;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads a YAML file into a record, strictly. */
public final class ConfigFile {
  private static final long LARGEST_BYTES = 1 << 20;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()))
          .build();

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @throws KedgeException naming file, line and remedy if the file does not fit the record
   */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw KedgeException.invalid(file + ": larger than 1 MiB, which no configuration is");
    }
    return parse(Files.readString(file), file.toString(), type);
  }

  /**
   * Reads a text.
   *
   * @param name of the text in messages
   * @throws KedgeException naming place and remedy if the text does not fit the record
   */
  public static <T> T parse(String source, String name, Class<T> type) {
    if (source.isBlank()) throw KedgeException.invalid(name + ": the file is empty");
    try (JsonParser parser = YAML.createParser(source)) {
      try {
        return YAML.readValue(parser, type);
      } catch (UnrecognizedPropertyException e) {
        throw KedgeException.invalid(
            name + ":" + line(source, e.getPropertyName()) + ": " + unknownKey(e));
      } catch (JacksonException e) {
        throw KedgeException.invalid(place(name, e, parser) + reason(e));
      }
    }
  }

  /**
   * Exceptions lose their line on the way through nested records; the parser still stands there.
   */
  private static String place(String name, JacksonException e, JsonParser parser) {
    int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
    if (line < 1) line = parser.currentTokenLocation().getLineNr();
    return name + ":" + Math.max(1, line) + ": ";
  }

  /**
   * The first line that names the key: the parser has read on by the time the exception is made.
   */
  private static int line(String source, String key) {
    // Anywhere in a line that is no comment: several keys may share one, as in {a: 1, b: 2}.
    Pattern named =
        Pattern.compile("^(?!\\s*#)(?:.*[\\s{,])?[\"']?" + Pattern.quote(key) + "[\"']?\\s*:.*");
    List<String> lines = source.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (named.matcher(lines.get(i)).matches()) return i + 1;
    }
    return 1;
  }

  private static String reason(JacksonException e) {
    Throwable cause = e.getCause() instanceof IllegalArgumentException inner ? inner : e;
    String message =
        cause instanceof JacksonException j ? j.getOriginalMessage() : cause.getMessage();
    String path =
        e.getPath().stream()
            .map(part ->
                part.getPropertyName() == null
                    ? "[" + part.getIndex() + "]"
                    : part.getPropertyName())
            .collect(Collectors.joining("."));
    String first = String.valueOf(message).lines().findFirst().orElse("");
    return (path.isEmpty() ? "" : path + ": ") + first;
  }

  private static String unknownKey(UnrecognizedPropertyException e) {
    String found = e.getPropertyName();
    var known = e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    String nearest =
        known.stream()
            .min(Comparator.comparingInt(key -> distance(key, found)))
            .filter(key -> distance(key, found) <= Math.max(2, found.length() / 3))
            .map(key -> "did you mean '" + key + "'? ")
            .orElse("");
    return "unknown key '" + found + "'; " + nearest + "known here: " + String.join(", ", known);
  }

  /** Lengths of time are written as {@link Quantity} says, nowhere as ISO 8601. */
  private static final class DurationDeserializer extends ValueDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) {
      String text = parser.getValueAsString();
      if (text == null) throw new IllegalArgumentException("a length of time is one word, as 2s");
      return Quantity.duration(text);
    }
  }

  /** Levenshtein's distance. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
