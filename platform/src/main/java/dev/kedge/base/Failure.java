package dev.kedge.base;

/**
 * An expected way to fail, told to the user as it stands: what was wrong, where, and what helps.
 * One place maps it to API errors, another to exit codes.
 */
public sealed interface Failure {
  /** For people: one or two sentences. */
  String message();

  /** Stable and machine-readable, e.g. {@code model_not_found}. */
  String code();

  /** The closest HTTP status. */
  int status();

  /** Whether the same call can succeed later without a change. */
  boolean retryable();

  /** The caller's input is wrong; {@code parameter} names the field, or is empty. */
  record Invalid(String message, String code, String parameter) implements Failure {
    @Override
    public int status() {
      return 400;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** The thing asked for is not there. */
  record NotFound(String message, String code) implements Failure {
    @Override
    public int status() {
      return 404;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** The caller sent more than is taken at once. */
  record TooLarge(String message, String code) implements Failure {
    @Override
    public int status() {
      return 413;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** A limit is reached: a queue is full, a rate is exceeded. */
  record Overloaded(String message, String code, int retryAfterSeconds) implements Failure {
    @Override
    public int status() {
      return 429;
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** A file or answer from outside breaks its format or its recorded digest. */
  record Untrusted(String message, String code) implements Failure {
    @Override
    public int status() {
      return 422;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** Something this process or an upstream should have done did not work. */
  record Broken(String message, String code, boolean retryable) implements Failure {
    @Override
    public int status() {
      return retryable ? 503 : 500;
    }
  }

  /** The caller did not say who it is, or not truly. */
  record Unauthorized(String message, String code) implements Failure {
    @Override
    public int status() {
      return 401;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** The caller is known and may not do this. */
  record Forbidden(String message, String code) implements Failure {
    @Override
    public int status() {
      return 403;
    }

    @Override
    public boolean retryable() {
      return false;
    }
  }

  /** No place can be had now, whoever asks: queues are full, no upstream is healthy. */
  record Unavailable(String message, String code, int retryAfterSeconds) implements Failure {
    @Override
    public int status() {
      return 503;
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /**
   * An upstream answered with an error, nonsense, or not to the end.
   *
   * @param status what the caller gets: 502, or the upstream's own where it is the caller's to mend
   */
  record UpstreamFailed(String message, String code, int status, boolean retryable)
      implements Failure {}

  /** Time ran out: the caller's deadline or an upstream's. */
  record TimedOut(String message, String code) implements Failure {
    @Override
    public int status() {
      return 504;
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }
}
