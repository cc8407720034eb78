package dev.kedge.backend.upstream;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An API key that may change while we run. It is read again after a second, and at once where the
 * server refused it; where it cannot be read, the last one holds. Any thread may call.
 */
final class CurrentKey {
  private static final System.Logger LOG = System.getLogger("dev.kedge.backend.upstream");
  private static final long FRESH_NANOS = 1_000_000_000L;

  private record Read(String value, long at) {}

  private final String upstream;
  private final Supplier<String> source;
  private volatile @Nullable Read last;

  CurrentKey(String upstream, Supplier<String> source) {
    this.upstream = upstream;
    this.source = source;
  }

  /** Gives the key, possibly a second old. */
  String value() {
    Read known = last;
    long now = System.nanoTime();
    if (known != null && now - known.at < FRESH_NANOS) return known.value;
    try {
      String value = source.get();
      last = new Read(value, now);
      return value;
    } catch (KedgeException e) {
      LOG.log(Level.ERROR, "the key of upstream {0} cannot be read: {1}", upstream, e.getMessage());
      if (known != null) return known.value;
      throw new KedgeException(
          new Failure.UpstreamFailed(
              "the upstream's key cannot be read; the server's log has the details",
              "upstream_unauthorized",
              502,
              true),
          e);
    }
  }

  /** Has it read again by the next call. */
  void refused() {
    Read known = last;
    if (known != null) last = new Read(known.value, known.at - FRESH_NANOS);
  }
}
