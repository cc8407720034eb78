package dev.kedge.pilot;

import dev.kedge.backend.OpenAiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves at most one model at a time, started when first needed: two would share the memory and the
 * processor that is being measured. For one thread.
 */
final class ServerSlot implements AutoCloseable {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

  private final ModelHost host;
  private final int port;
  private ModelHost.@Nullable Served served;
  private @Nullable OpenAiClient client;
  private @Nullable Path model;
  private String arithmetic = "";

  ServerSlot(ModelHost host, int port) {
    this.host = host;
    this.port = port;
  }

  /** A client of this model, which is served from now on in place of any other. */
  OpenAiClient client(Path file, String name) throws IOException {
    OpenAiClient running = client;
    if (running != null && file.equals(model)) return running;
    close();
    ModelHost.Served started = host.serve(file, name, port);
    served = started;
    model = file;
    arithmetic = started.arithmetic();
    OpenAiClient opened = new OpenAiClient(started.url(), name, Optional.empty(), LONGEST_CALL);
    client = opened;
    return opened;
  }

  /** Which arithmetic the last served model ran on; empty if none was served. */
  String arithmetic() {
    return arithmetic;
  }

  @Override
  public void close() {
    if (client != null) client.close();
    if (served != null) served.close();
    client = null;
    served = null;
    model = null;
  }
}
