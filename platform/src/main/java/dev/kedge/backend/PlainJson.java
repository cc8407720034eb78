package dev.kedge.backend;

import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON as the values that chat templates take: null, Boolean, Long, Double, String, List, Map. */
final class PlainJson {
  private PlainJson() {}

  /**
   * Reads a text.
   *
   * @throws dev.kedge.base.KedgeException Invalid if it is no JSON
   */
  static @Nullable Object parse(String text) {
    return plain(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static @Nullable Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties().forEach(member -> map.put(member.getKey(), plain(member.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (node.isBoolean()) return node.booleanValue();
    if (node.isNull()) return null;
    if (node.isIntegralNumber() && node.canConvertToLong()) return node.longValue();
    if (node.isNumber()) return node.doubleValue();
    return node.stringValue();
  }
}
