package dev.kedge.console;

import dev.kedge.base.KedgeException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names with values, as forms and queries send them.
 *
 * @param values by name, in the order in which they came
 */
record Fields(Map<String, List<String>> values) {
  static final Fields EMPTY = new Fields(Map.of());
  private static final int MOST_FIELDS = 2_000;

  /**
   * Reads {@code application/x-www-form-urlencoded}. Line breaks become single line feeds: browsers
   * send two characters whatever was typed.
   *
   * @throws KedgeException Invalid if it is malformed or has more than 2,000 fields
   */
  static Fields parse(String text) {
    if (text.isEmpty()) return EMPTY;
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    for (String pair : text.split("&", -1)) {
      if (++count > MOST_FIELDS) throw KedgeException.invalid("the form has too many fields");
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return new Fields(values);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IllegalArgumentException e) {
      throw KedgeException.invalid("the form is malformed: " + e.getMessage());
    }
  }

  /** The first value, or empty. */
  String text(String name) {
    List<String> all = values.get(name);
    return all == null ? "" : all.getFirst();
  }

  /** The first value where it is there and not blank. */
  Optional<String> given(String name) {
    return Optional.of(text(name)).filter(value -> !value.isBlank());
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /**
   * A whole number.
   *
   * @throws KedgeException Invalid if it is none or out of the range
   */
  int number(String name, int fallback, int least, int most) {
    Optional<String> given = given(name);
    if (given.isEmpty()) return fallback;
    try {
      int number = Integer.parseInt(given.get().strip());
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException _) {
      /* Told below. */
    }
    throw KedgeException.invalid(name + " must be a whole number from " + least + " to " + most);
  }

  /** An address with a query, for links. */
  static String address(String path, Map<String, String> query) {
    StringBuilder address = new StringBuilder(path);
    char separator = '?';
    for (Map.Entry<String, String> entry : query.entrySet()) {
      if (entry.getValue().isEmpty()) continue;
      address.append(separator).append(encode(entry.getKey()));
      address.append('=').append(encode(entry.getValue()));
      separator = '&';
    }
    return address.toString();
  }

  /** A path of the console: {@code path("runs", "a b")} is {@code /console/runs/a%20b}. */
  static String path(String... steps) {
    StringBuilder path = new StringBuilder("/console");
    for (String step : steps) path.append('/').append(encode(step));
    return path.toString();
  }

  /** Text as a part of an address. */
  static String encode(String text) {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    return switch (encoded) {
      case "." -> "%2E";
      case ".." -> "%2E%2E";
      default -> encoded;
    };
  }
}
