package dev.kedge.eval.score;

import dev.kedge.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One case to be asked and scored.
 *
 * @param id unique in its data set
 * @param input what the target is asked
 * @param expected the right answer; JSON null where there is none, as in tasks that only check form
 * @param tags for slices
 * @param cluster cases of the same cluster, such as a document, are not independent; empty: its own
 * @param options continuations to choose from by likelihood; usually none
 * @param extra the other fields of the case as it was read: contexts, instructions
 */
public record EvalCase(
    String id,
    String input,
    JsonNode expected,
    List<String> tags,
    String cluster,
    List<String> options,
    JsonNode extra) {
  public EvalCase {
    tags = List.copyOf(tags);
    options = List.copyOf(options);
  }

  /** A case of an input and its label. */
  public static EvalCase of(String id, String input, JsonNode expected) {
    return new EvalCase(
        id, input, expected, List.of(), "", List.of(), JsonNodeFactory.instance.objectNode());
  }

  /** The right answer as text. */
  public String expectedText() {
    return expected.isString() ? expected.asString() : expected.toString();
  }

  /** SHA-256 of what the target is asked, in hexadecimal; labels have no part in it. */
  public String promptDigest() {
    Sha256 digest = new Sha256();
    add(digest, input);
    for (String option : options) add(digest, option);
    return digest.hex();
  }

  /** SHA-256 of the whole case but its id and tags: another label gives another digest. */
  public String digest() {
    Sha256 digest = new Sha256();
    add(digest, promptDigest());
    add(digest, expected.toString());
    add(digest, extra.toString());
    return digest.hex();
  }

  /* Length first, so that no two lists of texts digest alike. */
  private static void add(Sha256 digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] length = (bytes.length + ":").getBytes(StandardCharsets.US_ASCII);
    digest.add(length, length.length).add(bytes, bytes.length);
  }
}
