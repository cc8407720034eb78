package dev.kedge.store;

import dev.kedge.base.KedgeException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a store is. */
sealed interface StoreUrl {
  String KNOWN =
      "expected sqlite:FILE or postgresql://user@host:port/database, for example sqlite:kedge.db";

  /** For messages: says where, never who. */
  String shown();

  /** A file of SQLite. */
  record Sqlite(Path file) implements StoreUrl {
    @Override
    public String shown() {
      return "sqlite:" + file;
    }
  }

  /**
   * A database of PostgreSQL.
   *
   * @param jdbc the driver's URL, without the user
   * @param user empty takes the driver's default
   */
  record Postgres(String jdbc, String user) implements StoreUrl {
    @Override
    public String shown() {
      return jdbc.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }
  }

  /**
   * Reads a URL.
   *
   * @throws KedgeException if it names no database that Kedge knows, or holds a password
   */
  static StoreUrl parse(String url) {
    if (url.startsWith("sqlite:")) return sqlite(url.substring("sqlite:".length()));
    if (Parameters.PASSWORD.matcher(url).find()) {
      throw KedgeException.invalid(
          "the store's URL holds a password; give it by reference instead:"
              + " password: env:NAME or file:PATH");
    }
    if (url.startsWith("jdbc:postgresql:")) return new Postgres(url, "");
    if (url.startsWith("postgresql://") || url.startsWith("postgres://")) return postgres(url);
    throw KedgeException.invalid("unknown store '" + scheme(url) + "'; " + KNOWN);
  }

  private static StoreUrl sqlite(String file) {
    try {
      if (file.isEmpty() || file.startsWith(":") || file.startsWith("//")) {
        throw KedgeException.invalid("the store's URL names no file; " + KNOWN);
      }
      return new Sqlite(Path.of(file));
    } catch (InvalidPathException e) {
      throw new KedgeException(
          KedgeException.invalid("the store's file name is malformed; " + KNOWN).failure(), e);
    }
  }

  private static StoreUrl postgres(String url) {
    try {
      URI uri = new URI(url);
      String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
      String database = uri.getRawPath() == null ? "" : uri.getRawPath();
      if (uri.getHost() == null || database.length() < 2) {
        throw KedgeException.invalid("the store's URL names no host or no database; " + KNOWN);
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
      return new Postgres("jdbc:postgresql://" + uri.getHost() + port + database + query, user);
    } catch (URISyntaxException e) {
      throw new KedgeException(
          KedgeException.invalid("the store's URL is malformed: " + e.getReason() + "; " + KNOWN)
              .failure(),
          e);
    }
  }

  private static String scheme(String url) {
    int colon = url.indexOf(':');
    return colon < 0 ? "without a scheme" : url.substring(0, colon);
  }

  /** Patterns. */
  final class Parameters {
    /** Either {@code user:secret@host} or {@code ?password=secret}. */
    static final Pattern PASSWORD = Pattern.compile("(?i)//[^/?]*:[^/?@]*@|[?&](ssl)?password=");

    private Parameters() {}
  }
}
