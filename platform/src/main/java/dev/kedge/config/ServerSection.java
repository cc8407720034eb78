package dev.kedge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the server listens, under {@code server}.
 *
 * @param host address to listen on; default 127.0.0.1
 * @param port default 8080; 0 takes any free one
 * @param names under which clients may call it, beside addresses and localhost; default none
 * @param tls certificate and key; default plain HTTP
 * @param maxBody longest request body, as in 8MiB, which is the default
 * @param maxConnections open connections; default 4096
 * @param deadline longest time for one call; default 10m
 * @param grace how long running calls may go on when the server closes; default 20s
 * @param metrics whether {@code /metrics} is answered; default true
 * @param logCalls whether each call is a line in the log; default false
 * @param log how the log on standard error is written; default text
 */
public record ServerSection(
    String host,
    Integer port,
    List<String> names,
    Optional<Tls> tls,
    String maxBody,
    Integer maxConnections,
    Duration deadline,
    Duration grace,
    Boolean metrics,
    Boolean logCalls,
    LogFormat log) {
  public ServerSection {
    host = Check.or(host, "127.0.0.1");
    port = Check.range(port, 8080, 0, 65_535, "port");
    names = List.copyOf(Check.or(names, List.of()));
    tls = Check.or(tls, Optional.empty());
    maxBody = Check.or(maxBody, "8MiB");
    if (Quantity.bytes(maxBody) < 1 || Quantity.bytes(maxBody) > 1 << 30) {
      throw new IllegalArgumentException("max_body must be from 1B to 1GiB, not " + maxBody);
    }
    maxConnections = Check.range(maxConnections, 4_096, 1, 1_000_000, "max_connections");
    deadline = Check.positive(deadline, Duration.ofMinutes(10), "deadline");
    grace = Check.positive(grace, Duration.ofSeconds(20), "grace");
    metrics = Check.or(metrics, true);
    logCalls = Check.or(logCalls, false);
    log = Check.or(log, LogFormat.TEXT);
  }

  /** Everything by default. */
  public static ServerSection defaults() {
    return new ServerSection(
        "127.0.0.1",
        8080,
        List.of(),
        Optional.empty(),
        "8MiB",
        4_096,
        Duration.ofMinutes(10),
        Duration.ofSeconds(20),
        true,
        false,
        LogFormat.TEXT);
  }

  /** How log lines look. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object per line, for log shippers. */
    JSON
  }

  /** The longest request body in bytes. */
  public int maxBodyBytes() {
    return (int) Quantity.bytes(maxBody);
  }

  /**
   * Files in PEM form, read again when they change.
   *
   * @param certificate the server's own first, then those that signed it
   * @param key PKCS #8, without a password
   */
  public record Tls(Path certificate, Path key) {
    public Tls {
      certificate = Check.required(certificate, "certificate");
      key = Check.required(key, "key");
    }
  }
}
