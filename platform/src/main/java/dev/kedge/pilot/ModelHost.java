package dev.kedge.pilot;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Serves a model file over the OpenAI-compatible API. The pilot asks through it as an application
 * would, and so stays below the packages that serve.
 */
public interface ModelHost {
  /**
   * Starts to serve on loopback; calls are taken when this returns.
   *
   * @param port to listen on; 0 takes any free one
   * @throws dev.kedge.engine.weights.FormatException if the model file is broken
   * @throws dev.kedge.base.KedgeException if the port cannot be taken
   */
  Served serve(Path model, String name, int port) throws IOException;

  /** A model that is being served. */
  interface Served extends AutoCloseable {
    /** The base address for clients. */
    URI url();

    /** Which arithmetic runs, for the report. */
    String arithmetic();

    /** Stops serving and frees the model. */
    @Override
    void close();
  }
}
