package dev.kedge.backend.upstream.http;

import java.io.IOException;

/** An exchange with a server did not work. The message names neither host nor header values. */
public final class HttpFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** In what way. */
  public enum Kind {
    /** No connection could be made. */
    CONNECT,
    /** The connection ended too early. */
    CLOSED,
    /** The server broke the protocol or a bound. */
    MALFORMED,
    /** Time ran out. */
    TIMEOUT,
    /** We ended it ourselves. */
    CANCELLED
  }

  private final Kind kind;

  HttpFailure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  HttpFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static HttpFailure malformed(String message) {
    return new HttpFailure(Kind.MALFORMED, message);
  }

  public Kind kind() {
    return kind;
  }
}
