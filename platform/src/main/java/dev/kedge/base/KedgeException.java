package dev.kedge.base;

/** Carries a {@link Failure} to the place that tells the user. */
public final class KedgeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public KedgeException(Failure failure) {
    super(failure.message());
    this.failure = failure;
  }

  public KedgeException(Failure failure, Throwable cause) {
    super(failure.message(), cause);
    this.failure = failure;
  }

  /** Wrong input; the message names the place and the remedy. */
  public static KedgeException invalid(String message) {
    return new KedgeException(new Failure.Invalid(message, "invalid_input", ""));
  }

  /** The failure that this exception carries. */
  public Failure failure() {
    return failure;
  }
}
