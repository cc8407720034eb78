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

/**
 * Customers' questions to a bank with 77 intents (Casanueva et al. 2020): {@code text,category}.
 */
final class Banking77 {
  private Banking77() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    byte[] bytes = HeldCases.bytes(file);
    List<List<String>> rows = Csv.rows(new String(bytes, StandardCharsets.UTF_8), file.toString());
    if (rows.isEmpty() || !rows.getFirst().equals(List.of("text", "category"))) {
      throw KedgeException.invalid(file + ":1: expected the columns text,category");
    }
    List<EvalCase> cases = new ArrayList<>();
    TreeSet<String> classes = new TreeSet<>();
    for (int i = 1; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      if (row.size() != 2) {
        throw KedgeException.invalid(file + ": row " + i + " has " + row.size() + " cells, not 2");
      }
      classes.add(row.get(1));
      cases.add(
          EvalCase.of(
              "banking77-" + i,
              row.get(0),
              JsonText.STRICT.getNodeFactory().stringNode(row.get(1))));
    }
    return Intents.filter("banking77", HeldCases.of(file, bytes, cases), classes, options);
  }
}
