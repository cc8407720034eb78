package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Requests with 150 intents, or none of them ({@code oos}; Larson et al. 2019): the parts {@code
 * test} and {@code oos_test} of {@code data_full.json}.
 */
final class Clinc150 {
  private static final List<String> PARTS = List.of("test", "oos_test");

  private Clinc150() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    byte[] bytes = HeldCases.bytes(file);
    JsonNode node;
    try {
      node = JsonText.STRICT.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw KedgeException.invalid(file + ": not JSON: " + e.getOriginalMessage());
    }
    List<EvalCase> cases = new ArrayList<>();
    TreeSet<String> classes = new TreeSet<>();
    for (String part : PARTS) {
      if (!node.path(part).isArray()) {
        throw KedgeException.invalid(
            file + ": expected a list '" + part + "', as in data_full.json");
      }
      int number = 0;
      for (JsonNode pair : node.path(part).values()) {
        number++;
        if (!pair.path(0).isString() || !pair.path(1).isString()) {
          throw KedgeException.invalid(
              file + ": " + part + "[" + (number - 1) + "] is not [text, intent]");
        }
        classes.add(pair.path(1).asString());
        cases.add(
            new EvalCase(
                "clinc150-" + part + "-" + number,
                pair.path(0).asString(),
                pair.path(1),
                List.of(part.equals("test") ? "in-scope" : "out-of-scope"),
                "",
                List.of(),
                JsonText.STRICT.createObjectNode()));
      }
    }
    return Intents.filter("clinc150", HeldCases.of(file, bytes, cases), classes, options);
  }
}
