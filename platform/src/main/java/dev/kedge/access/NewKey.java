package dev.kedge.access;

/**
 * A key and its secret, which is nowhere else and cannot be shown again.
 *
 * @param text what the caller sends
 */
public record NewKey(ApiKey key, String text) {
  /** Without the secret. */
  @Override
  public String toString() {
    return key.toString();
  }
}
