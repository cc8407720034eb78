package dev.kedge.eval.score;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The answer is a query that gives the same result as the expected one on SQLite. */
public final class SqlMetric implements Metric {
  private static final int MOST_KEPT = 1_000;

  private final String name;
  private final SqlSandbox sandbox;
  private final Map<String, SqlResult> expected = new ConcurrentHashMap<>();

  private SqlMetric(String name, SqlSandbox sandbox) {
    this.name = name;
    this.sandbox = sandbox;
  }

  /**
   * Tables and rows come from a file of SQL, whose statements are trusted.
   *
   * @throws dev.kedge.base.KedgeException if the file is missing or broken
   */
  public static SqlMetric of(String name, Path setup, Duration timeout, int maxRows)
      throws IOException {
    return new SqlMetric(name, SqlSandbox.of(setup, timeout, maxRows));
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        Measure.share(
            name,
            "Share of answers whose query gives the rows of the expected query on the task's SQLite"
                + " database: same number of columns, values alike (numbers to 9 digits, names of"
                + " columns aside); the order of rows matters only where the expected query has an"
                + " outer ORDER BY. A Markdown fence is taken away. Queries run read-only on a copy"
                + " in memory, within bounds of time, steps, rows and bytes."),
        Measure.share(name + ".runs", "Share of answers whose query runs within these bounds."));
  }

  @Override
  public void score(EvalCase question, Reply reply, Scores scores) {
    if (question.expected().isNull()) return;
    SqlResult wanted = expected(question.expectedText());
    if (wanted.failed()) {
      scores.note(name, "the expected query fails: " + wanted.problem());
      return;
    }
    if (!reply.answered()) {
      scores.put(name, false);
      scores.put(name + ".runs", false);
      return;
    }
    SqlResult found = sandbox.run(Texts.unfenced(reply.text()).strip());
    if (found.failed()) scores.note(name + ".runs", found.problem());
    scores.put(name + ".runs", !found.failed());
    boolean right = !found.failed() && wanted.same(found, SqlText.ordered(question.expectedText()));
    if (!right && !found.failed()) scores.note(name, wanted.difference(found));
    scores.put(name, right);
  }

  private SqlResult expected(String query) {
    SqlResult known = expected.get(query);
    if (known != null) return known;
    SqlResult result = sandbox.run(query);
    if (expected.size() < MOST_KEPT) expected.put(query, result);
    return Optional.ofNullable(expected.get(query)).orElse(result);
  }
}
