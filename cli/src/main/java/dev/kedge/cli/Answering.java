package dev.kedge.cli;

import dev.kedge.app.PlatformOptions;
import dev.kedge.backend.OpenAiClient;
import dev.kedge.base.KedgeException;
import dev.kedge.pilot.ModelHost;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Whatever answers on the command line: a model file, served inside this process, or a server.
 *
 * @param label for people
 * @param client asks it
 * @param served the server inside this process; empty if it runs elsewhere
 */
record Answering(String label, OpenAiClient client, Optional<ModelHost.Served> served)
    implements AutoCloseable {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

  /**
   * Opens a GGUF file, or an address of the form {@code http://host:port/v1#model}.
   *
   * @throws KedgeException if it is neither
   */
  static Answering open(String model) throws IOException {
    return switch (ModelPlace.of(model)) {
      case ModelPlace.Server server -> at(server, server.name());
      case ModelPlace.Gguf gguf -> {
        ModelHost.Served served = new PlatformHost().serve(gguf.file(), "model", 0);
        OpenAiClient client =
            new OpenAiClient(served.url(), "model", Optional.empty(), LONGEST_CALL);
        yield new Answering(PlatformOptions.nameOf(gguf.file()), client, Optional.of(served));
      }
    };
  }

  /** Connects to a server; {@code name} wins over a model behind {@code #} in the address. */
  static Answering at(String address, String name) {
    ModelPlace.Server server = ModelPlace.server(address);
    return at(server, name.isEmpty() ? server.name() : name);
  }

  private static Answering at(ModelPlace.Server server, String name) {
    Optional<String> key = Optional.ofNullable(System.getenv("KEDGE_API_KEY"));
    OpenAiClient client = new OpenAiClient(server.address(), name, key, LONGEST_CALL);
    String label = client.model() + " at " + server.address().getAuthority();
    return new Answering(label, client, Optional.empty());
  }

  @Override
  public void close() {
    client.close();
    served.ifPresent(ModelHost.Served::close);
  }
}
