package dev.kedge.eval;

import java.util.Map;

/**
 * One case with its answer and the judgement.
 *
 * @param exact whether the answer is exactly right
 * @param json whether it is one JSON value; true where answers are text
 * @param schema whether it also fulfils the schema; as {@code json} where there is none
 * @param problem the first way in which it breaks the schema or JSON; empty if none
 * @param fields counts by field name, for precision and recall
 */
public record CaseResult(
    Example example,
    Answer answer,
    boolean exact,
    boolean json,
    boolean schema,
    String problem,
    Map<String, FieldCount> fields) {
  public CaseResult {
    fields = Map.copyOf(fields);
  }
}
