package dev.kedge.engine.chat.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** Everything a template can hold: a closed set, immutable but for {@link Space}. */
sealed interface Value
    permits Value.Nothing,
        Value.Undefined,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.Space,
        Value.Function,
        Text,
        Sequence,
        Dict,
        Loop {
  /** The name by which error messages call this kind of value. */
  String kind();

  /** How many containers are nested in this value. */
  default int depth() {
    return 0;
  }

  /** {@code none}. */
  enum Nothing implements Value {
    NONE;

    @Override
    public String kind() {
      return "none";
    }
  }

  /** A name or member that does not exist: empty when printed, an error when looked into. */
  record Undefined(String what) implements Value {
    @Override
    public String kind() {
      return what + " (undefined)";
    }
  }

  enum Bool implements Value {
    FALSE,
    TRUE;

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public String kind() {
      return "a boolean";
    }
  }

  record Int(long value) implements Value {
    @Override
    public String kind() {
      return "an integer";
    }
  }

  record Real(double value) implements Value {
    @Override
    public String kind() {
      return "a float";
    }
  }

  /** The only value that can be changed: the attributes of a {@code namespace()}. */
  final class Space implements Value {
    final Map<String, Value> attributes = new LinkedHashMap<>();

    @Override
    public String kind() {
      return "a namespace";
    }
  }

  /** A macro, method or global function. */
  @FunctionalInterface
  non-sealed interface Function extends Value {
    Value call(Arguments arguments);

    @Override
    default String kind() {
      return "a function";
    }
  }
}
