package dev.kedge.cli;

import dev.kedge.config.ServerSection.LogFormat;
import dev.kedge.observe.JsonLogFormat;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.Logger;

/** What a server tells on standard error, one line per event. */
final class ServeLog {
  private static final System.Logger LOG = System.getLogger("dev.kedge.serve");

  private ServeLog() {}

  /** A failure that the log has told. */
  static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Told(Exception cause) {
      super(cause);
    }
  }

  /**
   * Starts something. Whatever is logged from now on has this form.
   *
   * @throws Told where that fails and people do not read the log as it is written
   */
  static <T> T in(LogFormat format, Callable<T> start) throws IOException {
    try {
      // Asked for in either form: handlers that nobody asked for before the JVM ends are not made.
      Handler[] handlers = Logger.getLogger("").getHandlers();
      if (format == LogFormat.JSON) {
        for (Handler handler : handlers) handler.setFormatter(new JsonLogFormat());
      }
      return start.call();
    } catch (IOException | RuntimeException e) {
      if (format == LogFormat.TEXT) throw e;
      LOG.log(System.Logger.Level.ERROR, Kedge.message(e));
      throw new Told(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static void line(String text) {
    LOG.log(System.Logger.Level.INFO, text);
  }
}
