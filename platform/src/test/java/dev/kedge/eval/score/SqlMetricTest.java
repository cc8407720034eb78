package dev.kedge.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries are judged by what they return, and cannot do anything but return it. */
@Timeout(60)
class SqlMetricTest {
  @TempDir Path folder;
  private SqlMetric metric;

  @BeforeEach
  void open() throws IOException {
    Path setup = folder.resolve("shop.sql");
    Files.writeString(
        setup,
        """
        -- a shop
        CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL);
        INSERT INTO item VALUES (1, 'tent', 49.9), (2, 'stove', 20), (3, 'lamp', 20.0),
          (4, NULL, 0.1);
        """);
    metric = SqlMetric.of("sql", setup, Duration.ofMillis(400), 1000);
  }

  private Scores score(String expected, String answer) {
    Scores scores = Scores.empty();
    EvalCase question =
        EvalCase.of("1", "?", JsonText.STRICT.getNodeFactory().stringNode(expected));
    metric.score(question, Reply.of(answer), scores);
    return scores;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT name FROM item WHERE price = 20   | SELECT name AS n FROM item WHERE id IN (3,2) | true
          SELECT name FROM item ORDER BY id        | SELECT name FROM item ORDER BY id DESC       | false
          SELECT name FROM item                    | SELECT name FROM item ORDER BY id DESC       | true
          SELECT count(*) FROM item                | SELECT 4.0                                   | true
          SELECT sum(price) FROM item              | SELECT 90.00000000001                        | true
          SELECT 1                                 | SELECT '1'                                   | false
          SELECT id FROM item                      | SELECT id, id FROM item                      | false
          SELECT id FROM item WHERE id < 3         | SELECT id FROM item WHERE id < 3 LIMIT 1     | false
          SELECT 1 UNION ALL SELECT 1              | SELECT 1                                     | false
          SELECT name FROM item WHERE id = 4       | SELECT NULL                                  | true
          SELECT 9007199254740993                  | SELECT 9007199254740992                      | false
          """)
  void aQueryIsRightWhereItGivesTheSameRows(String expected, String answer, boolean right) {
    assertThat(score(expected, answer).values()).containsEntry("sql", right ? 1.0 : 0.0);
  }

  @Test
  void aFenceAroundTheQueryIsTakenAwayAndOrderInASubqueryDoesNotMatter() {
    assertThat(score("SELECT 1", "```sql\nSELECT 1;\n```").values()).containsEntry("sql", 1.0);
    String inner = "SELECT * FROM (SELECT id FROM item ORDER BY id) WHERE name = 'ORDER BY' OR 1";
    assertThat(
            score(
                    "SELECT id FROM (SELECT id FROM item ORDER BY id)",
                    "SELECT id FROM item ORDER BY id DESC")
                .values())
        .containsEntry("sql", 1.0);
    assertThat(SqlText.ordered(inner)).isFalse();
    assertThat(SqlText.ordered("SELECT 1 -- ORDER BY\n")).isFalse();
    assertThat(SqlText.ordered("SELECT 1 /* ; */ Order  By 1")).isTrue();
  }

  static Stream<String> hostile() {
    return Stream.of(
        "ATTACH DATABASE '@/x.db' AS x",
        "SELECT 1; ATTACH DATABASE '@/x.db' AS x",
        "VACUUM INTO '@/x.db'",
        "PRAGMA query_only = OFF",
        "DELETE FROM item",
        "WITH a AS (SELECT 1) DELETE FROM item",
        "WITH a AS (SELECT 1) INSERT INTO item SELECT 9, 'x', 1",
        "DROP TABLE item",
        "CREATE TEMP TABLE t AS SELECT 1",
        "SELECT load_extension('@/x.so')",
        "SELECT readfile('/etc/hostname')",
        "SELECT writefile('@/x.db', 'x')",
        "SELECT * FROM fsdir('/etc')",
        "SELECT edit('x')",
        "SELECT randomblob(1000000000)",
        "SELECT zeroblob(2000000000)",
        "SELECT replace(hex(zeroblob(500000)), '0', 'aaaaaaaaaaaaaaaaaaaa')",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT"
            + " randomblob(100000) FROM c ORDER BY 1",
        "SELECT count(*) FROM item a, item b, item c, item d, item e, item f, item g, item h, item"
            + " i, item j, item k, item l, item m, item n, item o, item p",
        "SELECT " + "(".repeat(5000) + "1" + ")".repeat(5000),
        "SELECT 1" + " UNION SELECT 1".repeat(3000),
        "SELECT '" + "x".repeat(100_000) + "'",
        "SELECT",
        ";",
        "",
        "\u0000SELECT 1",
        "EXPLAIN SELECT 1");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileAnswerIsWrongAndLeavesNothingBehind(String sql) throws IOException {
    String aimed = sql.replace("@", folder.toString());
    Scores scores = score("SELECT count(*) FROM item", aimed);
    assertThat(scores.values()).containsEntry("sql", 0.0);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()))).containsExactly("shop.sql");
    }
    // Both copies of the database still serve, with all their rows.
    for (int i = 0; i < 4; i++) {
      assertThat(score("SELECT 4", "SELECT count(*) FROM item").values()).containsEntry("sql", 1.0);
    }
  }

  @Test
  void aLabelThatFailsSaysNothingOfTheAnswerAndABrokenSetupIsTold() throws IOException {
    Scores scores = score("SELECT nothing", "SELECT 1");
    assertThat(scores.values()).doesNotContainKey("sql");
    assertThat(scores.notes().get("sql")).contains("the expected query fails");
    Path broken = Files.writeString(folder.resolve("broken.sql"), "CREATE nothing;");
    assertThatThrownBy(() -> SqlMetric.of("sql", broken, Duration.ofSeconds(1), 10))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("broken.sql");
  }
}
