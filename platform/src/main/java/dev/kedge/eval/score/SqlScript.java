package dev.kedge.eval.score;

import java.util.ArrayList;
import java.util.List;

/** A task's own SQL file, as statements. */
final class SqlScript {
  private SqlScript() {}

  /** Statements end at a semicolon at the end of a line; lines of comment are left out. */
  static List<String> statements(String script) {
    List<String> statements = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    for (String line : script.lines().toList()) {
      if (current.isEmpty() && (line.isBlank() || line.strip().startsWith("--"))) continue;
      current.append(line).append('\n');
      if (line.stripTrailing().endsWith(";")) {
        statements.add(current.toString());
        current.setLength(0);
      }
    }
    if (!current.toString().isBlank()) statements.add(current.toString());
    return statements;
  }
}
