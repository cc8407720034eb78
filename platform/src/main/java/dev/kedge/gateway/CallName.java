package dev.kedge.gateway;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;

/**
 * A caller's own name for a call, from the header {@code Idempotency-Key}: asked again under it,
 * the call is not made again.
 *
 * @param key 1 to 255 printable ASCII characters
 * @param digest of what was asked, so that another question under the same name is noticed
 */
public record CallName(String key, String digest) {
  private static final int LONGEST = 255;

  public CallName {
    boolean printable = key.chars().allMatch(c -> c > ' ' && c <= '~');
    if (key.isEmpty() || key.length() > LONGEST || !printable) {
      throw new KedgeException(
          new Failure.Invalid(
              "send Idempotency-Key: 1 to 255 printable ASCII characters", "invalid_header", ""));
    }
  }
}
