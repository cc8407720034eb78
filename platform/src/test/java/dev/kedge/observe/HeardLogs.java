package dev.kedge.observe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears what is logged below a name, instead of the test's output. */
public final class HeardLogs extends Handler implements AutoCloseable {
  private final Logger logger;
  private final boolean parents;
  private final List<Handler> others;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Everything that the logger of this name lets pass, in a form. */
  public HeardLogs(String name, Formatter format) {
    this.logger = Logger.getLogger(name);
    this.parents = logger.getUseParentHandlers();
    this.others = List.of(logger.getHandlers());
    others.forEach(logger::removeHandler);
    setFormatter(format);
    setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  /** What was heard so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord record) {
    if (isLoggable(record)) lines.add(getFormatter().format(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(parents);
    others.forEach(logger::addHandler);
  }
}
