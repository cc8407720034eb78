package dev.kedge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Properties;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A pool of connections to PostgreSQL. Any thread may call. */
final class PostgresDatabase implements Database {
  private static final int CONNECTIONS = 8;
  private static final long CONNECT_MILLIS = 5_000;

  /**
   * Commits count only once they are on disk, whatever the server's default; stricter defaults
   * (remote_apply) stay. A node that hangs with a lock in hand is thrown out, so that the others go
   * on.
   */
  private static final String SESSION =
      """
      SELECT set_config('synchronous_commit',
               CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                 ELSE current_setting('synchronous_commit') END, false),
             set_config('lock_timeout', '5s', false),
             set_config('statement_timeout', '30s', false),
             set_config('idle_in_transaction_session_timeout', '5s', false)
      """;

  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private PostgresDatabase(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  static PostgresDatabase open(StoreUrl.Postgres url, String password) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("kedge-store");
    config.setJdbcUrl(url.jdbc());
    config.setDriverClassName("org.postgresql.Driver");
    if (!url.user().isEmpty()) config.setUsername(url.user());
    if (!password.isEmpty()) config.setPassword(password);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT_MILLIS);
    config.setConnectionInitSql(SESSION);
    config.setDataSourceProperties(driverSettings(url.jdbc()));
    return new PostgresDatabase(new HikariDataSource(config));
  }

  /** Bounds for a server that does not answer, unless the URL has its own. */
  private static Properties driverSettings(String jdbc) {
    Properties settings = new Properties();
    settings.setProperty("ApplicationName", "kedge");
    settings.setProperty("tcpKeepAlive", "true");
    if (!jdbc.contains("socketTimeout=")) settings.setProperty("socketTimeout", "35");
    if (!jdbc.contains("connectTimeout=")) settings.setProperty("connectTimeout", "5");
    return settings;
  }

  @Override
  public Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  @Override
  public <T> T read(Function<Handle, T> work) {
    return jdbi.<T, RuntimeException>withHandle(work::apply);
  }

  @Override
  public <T> T write(boolean durable, Function<Handle, T> work) {
    return jdbi.<T, RuntimeException>inTransaction(work::apply);
  }

  @Override
  public void close() {
    pool.close();
  }
}
