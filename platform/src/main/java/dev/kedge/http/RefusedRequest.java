package dev.kedge.http;

import dev.kedge.wire.ApiError;

/** A request that HTTP itself refuses. */
final class RefusedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  RefusedRequest(ApiError error) {
    super(error.message());
    this.error = error;
  }

  ApiError error() {
    return error;
  }
}
