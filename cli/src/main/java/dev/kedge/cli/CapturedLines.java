package dev.kedge.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which captured exchanges are meant. Nothing given means all.
 *
 * @param from those of this time and later
 * @param before those of earlier times
 * @param model that answered
 * @param ids of requests; none means any
 */
record CapturedLines(
    Optional<Instant> from, Optional<Instant> before, Optional<String> model, List<String> ids)
    implements Predicate<byte[]> {
  private static final JsonMapper JSON = new JsonMapper();

  @Override
  public boolean test(byte[] line) {
    if (from.isEmpty() && before.isEmpty() && model.isEmpty() && ids.isEmpty()) return true;
    try {
      JsonNode exchange = JSON.readTree(line);
      Instant time = Instant.parse(exchange.path("time").asString(""));
      return from.map(first -> !time.isBefore(first)).orElse(true)
          && before.map(time::isBefore).orElse(true)
          && model.map(name -> name.equals(exchange.path("model").asString(""))).orElse(true)
          && (ids.isEmpty() || ids.contains(exchange.path("id").asString("")));
    } catch (JacksonException | DateTimeException e) {
      return false; // not a line that Kedge wrote
    }
  }
}
