package dev.kedge.engine.token;

import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads a {@code tokenizer.json} as published into the keys of a GGUF file. */
final class TokenizerJson {
  private final String json;
  private int at;

  private TokenizerJson(String json) {
    this.json = json;
  }

  static Metadata.Builder read(Path file, String preTokenizer) throws IOException {
    Map<?, ?> root = (Map<?, ?>) new TokenizerJson(Files.readString(file)).value();
    Map<?, ?> model = (Map<?, ?>) member(root, "model");
    Map<?, ?> ids = (Map<?, ?>) member(model, "vocab");
    List<?> added = (List<?>) member(root, "added_tokens");
    int size = ids.size();
    for (Object token : added) size = Math.max(size, id((Map<?, ?>) token) + 1);
    String[] tokens = new String[size];
    int[] types = new int[size];
    Arrays.fill(types, 1);
    ids.forEach((spelling, id) -> tokens[((Double) id).intValue()] = (String) spelling);
    for (Object each : added) {
      Map<?, ?> token = (Map<?, ?>) each;
      tokens[id(token)] = (String) member(token, "content");
      types[id(token)] = (Boolean) member(token, "special") ? 3 : 4;
    }
    List<String> merges = new ArrayList<>();
    for (Object merge : (List<?>) member(model, "merges")) {
      merges.add(merge instanceof List<?> pair ? pair.get(0) + " " + pair.get(1) : (String) merge);
    }
    return Metadata.builder()
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", preTokenizer)
        .strings("tokenizer.ggml.tokens", List.of(tokens))
        .int32s("tokenizer.ggml.token_type", types)
        .strings("tokenizer.ggml.merges", merges);
  }

  /** The numbers of {@code {"tokens": […]}}. */
  static int[] tokens(Path file) throws IOException {
    Map<?, ?> root = (Map<?, ?>) new TokenizerJson(Files.readString(file)).value();
    return ((List<?>) member(root, "tokens"))
        .stream().mapToInt(id -> ((Double) id).intValue()).toArray();
  }

  private static Object member(Map<?, ?> object, String name) {
    return Objects.requireNonNull(object.get(name), name);
  }

  private static int id(Map<?, ?> token) {
    return ((Double) member(token, "id")).intValue();
  }

  private Object value() {
    char c = skipSpace();
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't', 'f', 'n' -> word();
      default -> number();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    while (skipSpace() != '}') {
      String key = string();
      skipSpace();
      at++;
      object.put(key, value());
      if (skipSpace() == ',') at++;
    }
    at++;
    return object;
  }

  private List<Object> array() {
    List<Object> array = new ArrayList<>();
    at++;
    while (skipSpace() != ']') {
      array.add(value());
      if (skipSpace() == ',') at++;
    }
    at++;
    return array;
  }

  private String string() {
    StringBuilder text = new StringBuilder();
    at++;
    while (json.charAt(at) != '"') {
      char c = json.charAt(at++);
      text.append(c == '\\' ? escape() : c);
    }
    at++;
    return text.toString();
  }

  private char escape() {
    char c = json.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> (char) Integer.parseInt(json.substring(at, at += 4), 16);
      default -> c;
    };
  }

  private Object word() {
    int from = at;
    while (Character.isLetter(json.charAt(at))) at++;
    return Boolean.valueOf(json.substring(from, at));
  }

  private Double number() {
    int from = at;
    while ("+-.eE0123456789".indexOf(json.charAt(at)) >= 0) at++;
    return Double.valueOf(json.substring(from, at));
  }

  private char skipSpace() {
    while (Character.isWhitespace(json.charAt(at))) at++;
    return json.charAt(at);
  }
}
