package dev.kedge.app;

import dev.kedge.backend.EmbeddedBackend;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.Model;
import dev.kedge.engine.ModelInfo;
import dev.kedge.gateway.Gateway;
import dev.kedge.http.HttpServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A model that is served over HTTP. Any thread may call any method. */
public final class Platform implements AutoCloseable {
  private final Model model;
  private final Engine engine;
  private final Gateway gateway;
  private final HttpServer server;
  private final Duration grace;
  private boolean closed;

  private Platform(Model model, Engine engine, Gateway gateway, HttpServer server, Duration grace) {
    this.model = model;
    this.engine = engine;
    this.gateway = gateway;
    this.server = server;
    this.grace = grace;
  }

  /**
   * Loads the model and starts to listen; calls are taken when this returns.
   *
   * @throws dev.kedge.engine.weights.FormatException if the model file is broken
   * @throws dev.kedge.base.KedgeException if the address cannot be taken
   */
  public static Platform start(PlatformOptions options) throws IOException {
    Model model = Model.load(options.modelFile());
    try {
      return start(options, model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private static Platform start(PlatformOptions options, Model model) {
    Engine engine = Engine.start(model, options.engine());
    try {
      Gateway gateway =
          new Gateway(
              List.of(new EmbeddedBackend(options.modelName(), model, engine)),
              InstantSource.system(),
              new SecureRandom(),
              options.deadline());
      HttpServer server = HttpServer.start(options.http(), gateway);
      return new Platform(model, engine, gateway, server, options.grace());
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  /** The base URL for clients. */
  public String url() {
    return server.url();
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** What the model file holds. */
  public ModelInfo info() {
    return model.info();
  }

  /** Which arithmetic runs, and why. */
  public String kernels() {
    return engine.kernels();
  }

  /** Longest prompt plus answer in tokens. */
  public int contextLength() {
    return engine.contextLength();
  }

  /** The engine's counters. */
  public EngineStats stats() {
    return engine.stats();
  }

  /**
   * Takes no new calls, lets the running ones finish within the grace time, cancels the rest and
   * frees everything.
   */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    try {
      gateway.drain(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      gateway.close();
      server.close();
      engine.close();
      model.close();
    }
  }
}
