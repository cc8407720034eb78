package dev.kedge.http;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.console.Console;
import dev.kedge.gateway.Gateway;
import dev.kedge.observe.Metrics;
import dev.kedge.wire.ApiError;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The listening server. */
public final class HttpServer implements AutoCloseable {
  /*
   * A body that is too long is read up to this many times the limit, so that its sender gets to
   * read the answer; beyond it the connection is closed. Also the longest chunk held in memory.
   */
  private static final int DRAIN_FACTOR = 4;

  /*
   * Each ClientLink bounds its own idle time. The library's bound counts from the start of a
   * request, so after a call of more than five minutes it would close without a word a connection
   * that the client believes open.
   */
  private static final Duration NEVER = Duration.ofDays(365);

  private final WebServer server;
  private final Connections connections;
  private final Optional<CertificateWatch> certificate;
  private final String host;

  private HttpServer(
      WebServer server,
      Connections connections,
      Optional<CertificateWatch> certificate,
      String host) {
    this.server = server;
    this.connections = connections;
    this.certificate = certificate;
    this.host = host;
  }

  /**
   * Starts to listen.
   *
   * @param metrics answered under {@code /metrics}, where they are there
   * @param alive whether the models of this process still compute
   * @param console answered under {@code /} and {@code /console}, where it is there
   * @throws KedgeException if the address cannot be taken or the certificate cannot be used
   */
  public static HttpServer start(
      HttpOptions options,
      Gateway gateway,
      Optional<Metrics> metrics,
      BooleanSupplier alive,
      Optional<Console> console) {
    Optional<CertificateWatch> certificate = options.tls().map(CertificateWatch::new);
    Connections connections = new Connections(Http1Config.create(), options);
    try {
      Routes routes = new Routes(gateway, options, metrics, alive, console);
      WebServer server = server(options, connections, certificate, routes);
      server.start();
      if (server.isRunning()) {
        return new HttpServer(server, connections, certificate, options.host());
      }
    } catch (IllegalArgumentException _) {
      /* An unknown host, which is found out below. */
    }
    connections.close();
    certificate.ifPresent(CertificateWatch::close);
    throw cannotListen(options);
  }

  /**
   * Asks whether the address is free, before a start that takes long.
   *
   * @throws KedgeException if it is not
   */
  public static void requireAddress(HttpOptions options) {
    if (whyNot(options).isPresent()) throw cannotListen(options);
  }

  private static WebServer server(
      HttpOptions options,
      Connections connections,
      Optional<CertificateWatch> certificate,
      Routes routes) {
    WebServerConfig.Builder builder = WebServer.builder();
    certificate.ifPresent(watch -> builder.tls(watch.tls()));
    return builder
        .host(options.host())
        .port(options.port())
        .shutdownHook(false)
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .addConnectionSelector(connections)
        .useNio(true)
        .connectionOptions(socket -> socket.tcpNoDelay(true).socketKeepAlive(true))
        .maxPayloadSize(DRAIN_FACTOR * (long) options.maxBodyBytes())
        .maxTcpConnections(options.maxConnections())
        .shutdownGracePeriod(Duration.ofMillis(500))
        .idleConnectionTimeout(NEVER)
        .directHandlers(directHandlers())
        .routing(routes.routing())
        .build();
  }

  private static KedgeException cannotListen(HttpOptions options) {
    return new KedgeException(
        new Failure.Broken(
            "cannot listen on "
                + options.host()
                + ":"
                + options.port()
                + ": "
                + whyNot(options).orElse("unknown reason, see the log")
                + "; choose another with --host and --port (port 0 takes any free one)",
            "cannot_listen",
            false));
  }

  /* The library logs why it could not start and then merely does not run: so ask the system. */
  private static Optional<String> whyNot(HttpOptions options) {
    try (ServerSocketChannel socket = ServerSocketChannel.open()) {
      socket.bind(new InetSocketAddress(options.host(), options.port()));
      return Optional.empty();
    } catch (UnresolvedAddressException e) {
      return Optional.of("unknown host");
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /* Requests that never reach a handler, such as a malformed head. */
  private static DirectHandlers directHandlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(
          event, (request, type, status, headers, message) -> directAnswer(request.path(), status));
    }
    return handlers.build();
  }

  private static DirectHandler.TransportResponse directAnswer(String path, Status status) {
    ApiError error =
        switch (status.code()) {
          case 413 -> ApiError.request(413, "the body is too long", "request_too_large");
          case 500 -> ApiError.of(ApiError.internal());
          default ->
              ApiError.request(
                  status.code(),
                  "the request is malformed or its head is too long: " + status.reasonPhrase(),
                  "bad_request");
        };
    return DirectHandler.TransportResponse.builder()
        .status(Status.create(error.status()))
        .header(HeaderValues.CONTENT_TYPE_JSON)
        .keepAlive(false)
        .entity(error.body(CallerHeaders.dialect(path), ""))
        .build();
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** The base URL for clients, e.g. {@code http://127.0.0.1:8080/v1}. */
  public String url() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return (certificate.isPresent() ? "https://" : "http://") + name + ":" + port() + "/v1";
  }

  /** Whether small writes are sent at once; without it a stream stalls by 40 ms. */
  boolean sendsAtOnce() {
    return server.prototype().connectionOptions().tcpNoDelay();
  }

  /** Looks at the files of the certificate now instead of within seconds. */
  void lookAtCertificate() {
    certificate.ifPresent(CertificateWatch::look);
  }

  /** Stops listening and closes every connection. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (UncheckedIOException _) {
      /* A connection that broke while it was closed. */
    } finally {
      certificate.ifPresent(CertificateWatch::close);
      connections.close();
    }
  }
}
