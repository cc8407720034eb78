package dev.kedge.eval.data;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of a version; its manifest.
 *
 * @param name of the dataset
 * @param version from 1
 * @param sha256 of {@code examples.jsonl}
 * @param examples how many
 * @param labelled how many of these have a label
 * @param parent the version that it was made from
 * @param made how: what was done, with settings and what it reported
 * @param created when
 */
public record DatasetVersion(
    String name,
    int version,
    String sha256,
    int examples,
    int labelled,
    Optional<Integer> parent,
    JsonNode made,
    Instant created) {
  static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}";

  public DatasetVersion {
    if (!name.matches(NAME)) {
      throw KedgeException.invalid(
          "a dataset's name has 1 to 64 letters, digits, '.', '_' and '-', not '" + name + "'");
    }
  }

  /** {@code NAME@NUMBER}. */
  public String reference() {
    return name + "@" + version;
  }

  /** The manifest's text. */
  String toJson() {
    ObjectNode node = JsonText.STRICT.createObjectNode();
    node.put("name", name).put("version", version).put("sha256", sha256);
    node.put("examples", examples).put("labelled", labelled);
    parent.ifPresent(number -> node.put("parent", number));
    node.set("made", made);
    node.put("created", created.toString());
    return JsonText.STRICT.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }

  static DatasetVersion parse(String text, String place) {
    try {
      JsonNode node = JsonText.STRICT.readTree(text);
      JsonNode parent = node.path("parent");
      return new DatasetVersion(
          node.path("name").asString(""),
          node.path("version").intValue(),
          node.path("sha256").asString(""),
          node.path("examples").intValue(),
          node.path("labelled").intValue(),
          parent.isInt() ? Optional.of(parent.intValue()) : Optional.empty(),
          node.path("made"),
          Instant.parse(node.path("created").asString("")));
    } catch (JacksonException | DateTimeException e) {
      throw KedgeException.invalid(place + ": not a manifest of a dataset: " + e.getMessage());
    }
  }
}
