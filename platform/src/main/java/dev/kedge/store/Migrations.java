package dev.kedge.store;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The steps by which a store's tables came to be, in the order of their numbers. */
final class Migrations {
  private static final Pattern NAME = Pattern.compile("V(\\d{3})__[a-z0-9_]+\\.sql");
  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS kedge_migration (
        version BIGINT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)
      """;

  private final List<Step> steps;

  Migrations(List<Step> steps) {
    this.steps = steps.stream().sorted(Comparator.comparingInt(Step::version)).toList();
    long different = steps.stream().mapToInt(Step::version).distinct().count();
    if (different < steps.size()) {
      throw new IllegalArgumentException("two migrations have the same number");
    }
  }

  /** Those that come with Kedge. */
  static Migrations bundled() {
    return new Migrations(
        resource("migrations.txt")
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(name -> new Step(name, resource(name)))
            .toList());
  }

  /** In the order of their numbers. */
  List<Step> steps() {
    return steps;
  }

  private static String resource(String name) {
    try (InputStream in = Migrations.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("the resource " + name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the steps that the store has not seen, within the transaction of the handle.
   *
   * @throws KedgeException if a step changed after it ran, or a newer Kedge was here
   */
  void apply(Handle handle, Dialect dialect) {
    handle.createQuery(dialect.migrationLock()).mapToMap().list();
    handle.execute(TABLE);
    Map<Integer, Step.Applied> applied = applied(handle);
    Map<Integer, Step> known = steps.stream().collect(Collectors.toMap(Step::version, s -> s));
    for (Step.Applied old : applied.values()) check(old, known);
    for (Step step : steps) {
      if (applied.containsKey(step.version())) continue;
      for (String statement : step.statements(dialect)) handle.execute(statement);
      handle.execute(
          "INSERT INTO kedge_migration (version, name, sha256) VALUES (?, ?, ?)",
          step.version(),
          step.name(),
          step.sha256());
    }
  }

  private static Map<Integer, Step.Applied> applied(Handle handle) {
    return handle
        .createQuery("SELECT version, name, sha256 FROM kedge_migration")
        .map((row, _) ->
            new Step.Applied(row.getInt("version"), row.getString("name"), row.getString("sha256")))
        .stream()
        .collect(Collectors.toMap(Step.Applied::version, a -> a));
  }

  private static void check(Step.Applied old, Map<Integer, Step> known) {
    Step step = known.get(old.version());
    if (step == null) {
      throw refused(
          "the store has the migration "
              + old.name()
              + ", which this Kedge does not know; run the"
              + " newer Kedge that made it");
    }
    if (!step.sha256().equals(old.sha256())) {
      throw refused(
          "the migration "
              + step.name()
              + " changed after it ran in this store; changes need a new"
              + " file with a new number");
    }
  }

  private static KedgeException refused(String message) {
    return new KedgeException(new Failure.Untrusted(message, "store_version"));
  }

  /**
   * One file.
   *
   * @param name such as {@code V001__budgets.sql}
   * @param sql statements, each ended by a semicolon at the end of a line; {@code --} comments
   *     stand on lines of their own
   */
  record Step(String name, String sql) {
    Step {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException("a migration is named V001__what.sql, not " + name);
      }
    }

    int version() {
      Matcher matcher = NAME.matcher(name);
      return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    String sha256() {
      return Sha256.of(sql.getBytes(StandardCharsets.UTF_8));
    }

    List<String> statements(Dialect dialect) {
      List<String> statements = new ArrayList<>();
      StringBuilder current = new StringBuilder();
      for (String line : dialect.adapt(sql).lines().toList()) {
        if (line.isBlank() || line.strip().startsWith("--")) continue;
        current.append(line).append('\n');
        if (line.stripTrailing().endsWith(";")) {
          current.setLength(current.lastIndexOf(";"));
          statements.add(current.toString());
          current.setLength(0);
        }
      }
      if (!current.isEmpty()) {
        throw new IllegalArgumentException(name + ": the last statement lacks its semicolon");
      }
      return statements;
    }

    /** What the store remembers of a step. */
    record Applied(int version, String name, String sha256) {}
  }
}
