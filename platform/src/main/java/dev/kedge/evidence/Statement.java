package dev.kedge.evidence;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An in-toto Statement v1: what is said (the predicate) of which artefacts (the subjects).
 *
 * @param subjects by digest; at least one
 * @param predicateType what kind of predicate this is, a URI
 * @param predicate the content
 */
public record Statement(List<Subject> subjects, String predicateType, JsonNode predicate) {
  private static final String TYPE = "https://in-toto.io/Statement/v1";

  /**
   * An artefact.
   *
   * @param name for people
   * @param digests by algorithm, in hexadecimal
   */
  public record Subject(String name, Map<String, String> digests) {
    public Subject {
      digests = Map.copyOf(digests);
    }
  }

  public Statement {
    subjects = List.copyOf(subjects);
    if (subjects.isEmpty()) throw new IllegalArgumentException("a statement needs a subject");
  }

  /** Canonical bytes, to be signed. */
  public byte[] bytes() {
    ObjectNode node = CanonicalJson.STRICT.createObjectNode();
    node.put("_type", TYPE);
    var list = node.putArray("subject");
    for (Subject subject : subjects) {
      ObjectNode one = list.addObject().put("name", subject.name());
      ObjectNode digest = one.putObject("digest");
      new TreeMap<>(subject.digests()).forEach(digest::put);
    }
    node.put("predicateType", predicateType);
    node.set("predicate", predicate);
    return CanonicalJson.bytes(node);
  }

  /**
   * Reads the bytes of a statement.
   *
   * @throws IllegalArgumentException telling what is wrong
   */
  public static Statement parse(byte[] bytes) {
    JsonNode node;
    try {
      node = CanonicalJson.STRICT.readTree(bytes);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the payload is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!TYPE.equals(node.path("_type").asString(""))) {
      throw new IllegalArgumentException("the payload is no in-toto statement of version 1");
    }
    List<Subject> subjects =
        node.path("subject").values().stream().map(Statement::subject).toList();
    return new Statement(subjects, node.path("predicateType").asString(""), node.path("predicate"));
  }

  private static Subject subject(JsonNode node) {
    Map<String, String> digests = new TreeMap<>();
    node.path("digest").forEachEntry((name, value) -> digests.put(name, value.asString("")));
    return new Subject(node.path("name").asString(""), digests);
  }
}
