package dev.kedge.engine.chat;

import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.weights.FormatException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the object of a call, character by character: {@code {"name": "…", "arguments": {…}}}, its
 * members in any order, others among them ignored. Once the name is known, arguments are passed on
 * as they come; arguments that come before the name wait for it. One thread, one object.
 */
final class CallObject {
  /** How far the object has come. */
  enum Status {
    MORE,
    DONE,
    BROKEN
  }

  /** Receives a call. */
  interface Listener {
    /** Whether such a call may begin. */
    boolean begin(String name);

    void arguments(String json);
  }

  private enum Place {
    START,
    FIRST_KEY,
    KEY,
    COLON,
    VALUE,
    IN_VALUE,
    AFTER_VALUE
  }

  private final Listener listener;
  private final StringBuilder key = new StringBuilder();
  private final StringBuilder value = new StringBuilder();
  private Place place = Place.START;
  private boolean begun;
  private boolean argumentsGiven;
  private String waiting = "";

  /* Within a key or value. */
  private boolean inString;
  private boolean escaped;
  private int depth;
  private boolean passing;

  CallObject(Listener listener) {
    this.listener = listener;
  }

  /** Whether a call was announced; it cannot be taken back. */
  boolean begun() {
    return begun;
  }

  /** Reads the next character. */
  Status read(char c) {
    return switch (place) {
      case START -> space(c) ? Status.MORE : expect(c, '{', Place.FIRST_KEY);
      case FIRST_KEY, KEY -> key(c);
      case COLON -> space(c) ? Status.MORE : expect(c, ':', Place.VALUE);
      case VALUE -> space(c) ? Status.MORE : beginValue(c);
      case IN_VALUE -> inValue(c);
      case AFTER_VALUE -> afterValue(c);
    };
  }

  private static boolean space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private Status expect(char c, char expected, Place next) {
    place = next;
    return c == expected ? Status.MORE : Status.BROKEN;
  }

  private Status key(char c) {
    if (inString) {
      if (!stringEnds(c)) {
        key.append(c);
        return Status.MORE;
      }
      place = Place.COLON;
      return Status.MORE;
    }
    if (space(c)) return Status.MORE;
    if (c != '"') return Status.BROKEN;
    key.setLength(0);
    inString = true;
    return Status.MORE;
  }

  /* Follows a string; true at its closing quote. */
  private boolean stringEnds(char c) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      inString = false;
      return true;
    }
    return false;
  }

  private boolean isArguments() {
    return "arguments".contentEquals(key) || "parameters".contentEquals(key);
  }

  private Status beginValue(char c) {
    value.setLength(0);
    place = Place.IN_VALUE;
    depth = 0;
    if (isArguments() && argumentsGiven) return Status.BROKEN;
    passing = isArguments() && begun && c == '{';
    return inValue(c);
  }

  private Status inValue(char c) {
    boolean ends = false;
    if (inString) {
      ends = stringEnds(c) && depth == 0;
    } else {
      switch (c) {
        case '"' -> inString = true;
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (depth == 0) return valueEnds() == Status.BROKEN ? Status.BROKEN : afterValue(c);
          ends = --depth == 0;
        }
        case ',', ' ', '\n', '\r', '\t' -> {
          if (depth == 0) return valueEnds() == Status.BROKEN ? Status.BROKEN : afterValue(c);
        }
        default -> {}
      }
    }
    if (passing) listener.arguments(String.valueOf(c));
    else value.append(c);
    return ends ? valueEnds() : Status.MORE;
  }

  private Status valueEnds() {
    place = Place.AFTER_VALUE;
    if (passing) {
      passing = false;
      argumentsGiven = true;
      return Status.MORE;
    }
    try {
      if (isArguments()) return arguments(JsonParser.parse(value.toString()));
      if (!"name".contentEquals(key)) return Status.MORE;
      if (!(JsonParser.parse(value.toString()) instanceof String name)) return Status.BROKEN;
      if (begun || !listener.begin(name)) return Status.BROKEN;
    } catch (FormatException e) {
      return Status.BROKEN;
    }
    begun = true;
    if (!waiting.isEmpty()) listener.arguments(waiting);
    return Status.MORE;
  }

  /* Arguments as a whole: an object, its text in a string, or nothing. */
  private Status arguments(@Nullable Object parsed) {
    String text = value.toString();
    if (parsed instanceof String inside) {
      text = inside;
      if (!(JsonParser.parse(inside) instanceof Map)) return Status.BROKEN;
    } else if (parsed == null) {
      text = "{}";
    } else if (!(parsed instanceof Map)) {
      return Status.BROKEN;
    }
    argumentsGiven = true;
    if (begun) listener.arguments(text);
    else waiting = text;
    return Status.MORE;
  }

  private Status afterValue(char c) {
    if (space(c)) return Status.MORE;
    if (c == ',') {
      place = Place.KEY;
      return Status.MORE;
    }
    if (c != '}' || !begun) return Status.BROKEN;
    if (!argumentsGiven) listener.arguments("{}");
    return Status.DONE;
  }
}
