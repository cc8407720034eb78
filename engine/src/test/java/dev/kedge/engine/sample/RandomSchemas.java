package dev.kedge.engine.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Schemas of all that is known, satisfiable and not too deep. */
final class RandomSchemas {
  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  /** A schema with definitions, some of which may be recursive. */
  String next() {
    String tree =
        "{\"type\":\"object\",\"properties\":{\"v\":%s,\"left\":{\"$ref\":\"#/$defs/tree\"}},\"required\":[\"v\"]}"
            .formatted(schema(1));
    String body = schema(4);
    return body.substring(0, body.length() - 1)
        + (body.length() > 2 ? "," : "")
        + "\"$defs\":{\"tree\":%s,\"leaf\":%s}}".formatted(tree, schema(1));
  }

  private String schema(int depth) {
    int kind = random.nextInt(depth > 1 ? 13 : 8);
    return switch (kind) {
      case 0 -> integer();
      case 1 -> number();
      case 2 -> string();
      case 3 -> listed();
      case 4 -> "{\"type\":[\"boolean\",\"null\"],\"title\":\"t\"}";
      case 5 -> "{\"type\":[\"string\",\"integer\"],\"minimum\":-5,\"maxLength\":4}";
      case 6 -> random.nextBoolean() ? string() : integer();
      case 7 ->
          depth <= 1
              ? "{\"type\":\"null\"}"
              : "{\"$ref\":\"#/$defs/%s\"}".formatted(depth > 2 ? "tree" : "leaf");
      case 8, 9, 10 -> object(depth);
      case 11 -> array(depth);
      default -> union(depth);
    };
  }

  private String integer() {
    int low = random.nextInt(2000) - 1000;
    return switch (random.nextInt(4)) {
      case 0 -> "{\"type\":\"integer\"}";
      case 1 ->
          "{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}"
              .formatted(low, low + random.nextInt(50));
      case 2 -> "{\"type\":\"integer\",\"exclusiveMinimum\":%d}".formatted(low);
      default ->
          "{\"type\":\"integer\",\"maximum\":%d,\"multipleOf\":%d}"
              .formatted(low, 1 + random.nextInt(12));
    };
  }

  private String number() {
    double low = Math.round(random.nextGaussian() * 1e4) / 1e3;
    return switch (random.nextInt(3)) {
      case 0 -> "{\"type\":\"number\"}";
      case 1 ->
          "{\"type\":\"number\",\"exclusiveMinimum\":%s,\"maximum\":%s}"
              .formatted(low, low + random.nextInt(3) + 0.5);
      default ->
          "{\"type\":\"number\",\"%s\":%s}"
              .formatted(random.nextBoolean() ? "minimum" : "exclusiveMaximum", low);
    };
  }

  private String string() {
    String[] patterns = {
      "^[a-z]+$", "\\\\d{2}", "^(ab|c.)*$", "^[^x]{1,3}", "end$", "^\\\\w+@\\\\w+$"
    };
    return switch (random.nextInt(4)) {
      case 0 -> "{\"type\":\"string\"}";
      case 1 ->
          "{\"type\":\"string\",\"minLength\":%d,\"maxLength\":%d}"
              .formatted(random.nextInt(4), 4 + random.nextInt(9));
      case 2 ->
          "{\"type\":\"string\",\"pattern\":\"%s\"}"
              .formatted(patterns[random.nextInt(patterns.length)]);
      default ->
          "{\"type\":\"string\",\"pattern\":\"%s\",\"maxLength\":%d}"
              .formatted(patterns[random.nextInt(patterns.length)], 4 + random.nextInt(9));
    };
  }

  private String listed() {
    String[] values = {
      "1", "-2.5", "null", "true", "\"a\"", "\"ab\"", "\"\\u00e9\\n\"", "[1,\"x\"]", "{\"k\":null}"
    };
    String value = values[random.nextInt(values.length)];
    if (random.nextBoolean()) return "{\"const\":%s}".formatted(value);
    return "{\"enum\":[%s,%s]}".formatted(value, values[random.nextInt(values.length)]);
  }

  private String object(int depth) {
    String[] names = {"a", "ab", "abc", "x y", "q\\\"", "\\u00fc"};
    List<String> properties = new ArrayList<>();
    List<String> required = new ArrayList<>();
    for (String name : names) {
      if (random.nextInt(3) > 0) continue;
      properties.add("\"%s\":%s".formatted(name, schema(depth - 1)));
      if (random.nextBoolean()) required.add("\"" + name + "\"");
    }
    String more =
        switch (random.nextInt(4)) {
          case 0 -> ",\"additionalProperties\":false";
          case 1 -> ",\"additionalProperties\":" + schema(1);
          default -> "";
        };
    return "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]%s}"
        .formatted(String.join(",", properties), String.join(",", required), more);
  }

  private String array(int depth) {
    int least = random.nextInt(3);
    String first =
        random.nextBoolean()
            ? ""
            : ",\"prefixItems\":[%s,%s]".formatted(schema(depth - 1), schema(1));
    return "{\"type\":\"array\",\"items\":%s,\"minItems\":%d,\"maxItems\":%d%s}"
        .formatted(schema(depth - 1), least, least + random.nextInt(4), first);
  }

  private String union(int depth) {
    return switch (random.nextInt(3)) {
      case 0 -> "{\"anyOf\":[%s,%s,%s]}".formatted(schema(depth - 1), schema(depth - 1), schema(1));
      case 1 ->
          "{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"t\":{\"const\":1},\"u\":%s},\"required\":[\"t\"]},{\"type\":\"object\",\"properties\":{\"t\":{\"const\":2},\"u\":%s},\"required\":[\"t\",\"u\"]},{\"type\":\"string\"}]}"
              .formatted(schema(depth - 1), schema(1));
      default ->
          "{\"allOf\":[%s,{\"type\":\"object\",\"properties\":{\"z\":%s},\"required\":[\"z\"]}]}"
              .formatted(
                  "{\"type\":\"object\",\"properties\":{\"y\":%s}}".formatted(schema(depth - 1)),
                  schema(1));
    };
  }
}
