package dev.kedge.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * How the JDK's logging behaves in the {@code kedge} command; made by the JDK when something is
 * logged first, so a command that logs nothing does not pay for it.
 */
public final class LogSettings {
  private static final String TEXT =
      """
      handlers = java.util.logging.ConsoleHandler
      .level = LEVEL
      java.util.logging.ConsoleHandler.level = ALL
      java.util.logging.SimpleFormatter.format = %1$tT %4$s %5$s%6$s%n
      # Libraries are heard where something is wrong.
      io.helidon.level = WARNING
      com.zaxxer.hikari.level = WARNING
      com.networknt.level = WARNING
      org.jdbi.level = WARNING
      # It tells with a stack trace what the command tells in a line: that a port is in use.
      io.helidon.webserver.LoomServer.level = OFF
      """;

  private static volatile String level = "INFO";

  /** Called by the JDK. */
  public LogSettings() throws IOException {
    LogManager.getLogManager()
        .readConfiguration(
            new ByteArrayInputStream(
                TEXT.replace("LEVEL", level).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Chooses these settings, unless the JVM was started with others.
   *
   * @param command of the line; a server tells what it does, others have their own output and tell
   *     what is wrong only
   */
  static void choose(String command) {
    level = command.equals("serve") ? "INFO" : "WARNING";
    if (System.getProperty("java.util.logging.config.file") == null
        && System.getProperty("java.util.logging.config.class") == null) {
      System.setProperty("java.util.logging.config.class", LogSettings.class.getName());
    }
    if (System.getProperty("java.util.logging.manager") == null) {
      System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
    }
  }

  /** Goes on while the JVM ends, when the JDK's own falls silent: a server tells how it closes. */
  public static final class LastingLogs extends LogManager {
    @Override
    public void reset() {
      // Only the JVM's end and a new configuration ask for it; the latter finds nothing to reset.
    }
  }
}
