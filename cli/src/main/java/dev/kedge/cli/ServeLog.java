package dev.kedge.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a server tells on standard error, one line per event. */
final class ServeLog {
  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

  /* Held, because the library forgets the level of a logger that nobody holds. */
  private static final Logger LIBRARY = Logger.getLogger("io.helidon");
  private static final Logger STARTER = Logger.getLogger("io.helidon.webserver.LoomServer");

  private ServeLog() {}

  /** Makes library messages look like ours and silences those that are not for operators. */
  static void open() {
    if (System.getProperty(FORMAT) == null) {
      System.setProperty(FORMAT, "%1$tT %4$s %5$s%6$s%n");
    }
    LIBRARY.setLevel(Level.WARNING);
    /* It tells with a stack trace what the command tells in a line: that a port is in use. */
    STARTER.setLevel(Level.OFF);
  }

  static void line(String text) {
    System.err.println(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + text);
  }
}
