package dev.kedge.backend.upstream.http;

import java.io.IOException;

/** Bytes that come piece by piece, cut anywhere. A piece is valid until the next is asked for. */
public interface Pieces {
  /** Waits for the next piece of at least one byte; false at the end. */
  boolean next() throws IOException;

  /** Holds the piece from {@link #from} to {@link #to}. */
  byte[] bytes();

  int from();

  int to();
}
