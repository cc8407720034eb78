package dev.kedge.eval.score.instruct;

import dev.kedge.base.KedgeException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** All kinds of instruction by name. */
public final class Instructions {
  private static final Map<String, Check> CHECKS;

  static {
    TreeMap<String, Check> checks = new TreeMap<>();
    checks.putAll(WordChecks.ALL);
    checks.putAll(LengthChecks.ALL);
    checks.putAll(FormChecks.ALL);
    checks.putAll(FrameChecks.ALL);
    CHECKS = Collections.unmodifiableMap(checks);
  }

  private Instructions() {}

  /** The names of all kinds, such as {@code punctuation:no_comma}. */
  public static Set<String> kinds() {
    return CHECKS.keySet();
  }

  /**
   * Whether an answer follows an instruction. A blank answer follows none.
   *
   * @throws KedgeException if the kind is unknown
   */
  public static boolean follows(String kind, JsonNode arguments, String answer) {
    Check check = CHECKS.get(kind);
    if (check == null) {
      throw KedgeException.invalid(
          "no instruction is called '" + kind + "'; known: " + String.join(", ", CHECKS.keySet()));
    }
    return !Blanks.only(answer) && check.follows(answer, arguments);
  }

  /**
   * Whether one of the forms of an answer follows: as it is, without its first, its last, or both
   * lines, each with and without asterisks.
   */
  public static boolean followsLoosely(String kind, JsonNode arguments, String answer) {
    for (String form : forms(answer)) {
      if (follows(kind, arguments, form)) return true;
    }
    return false;
  }

  private static List<String> forms(String answer) {
    int first = answer.indexOf('\n');
    int last = answer.lastIndexOf('\n');
    String headless = first < 0 ? "" : Blanks.strip(answer.substring(first + 1));
    String tailless = last < 0 ? "" : Blanks.strip(answer.substring(0, last));
    String neither = first < last ? Blanks.strip(answer.substring(first + 1, last)) : "";
    return List.of(
        answer,
        headless,
        tailless,
        neither,
        bare(answer),
        bare(headless),
        bare(tailless),
        bare(neither));
  }

  private static String bare(String text) {
    return text.replace("*", "");
  }
}
