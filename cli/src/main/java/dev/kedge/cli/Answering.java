package dev.kedge.cli;

import dev.kedge.app.PlatformOptions;
import dev.kedge.backend.OpenAiClient;
import dev.kedge.base.KedgeException;
import dev.kedge.pilot.ModelHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
    if (model.matches("https?://.*")) return at(model, "");
    Path file = Path.of(model);
    if (!Files.isRegularFile(file)) {
      throw KedgeException.invalid(
          "no model at " + model + "; give a GGUF file or an address such as http://host:8080/v1");
    }
    String name = PlatformOptions.nameOf(file);
    ModelHost.Served served = new PlatformHost().serve(file, "model", 0);
    OpenAiClient client = new OpenAiClient(served.url(), "model", Optional.empty(), LONGEST_CALL);
    return new Answering(name, client, Optional.of(served));
  }

  /** Connects to a server; {@code name} wins over a model behind {@code #} in the address. */
  static Answering at(String address, String name) {
    int mark = address.indexOf('#');
    String inAddress = mark < 0 ? "" : address.substring(mark + 1);
    URI uri;
    try {
      uri = URI.create(mark < 0 ? address : address.substring(0, mark));
    } catch (IllegalArgumentException e) {
      throw KedgeException.invalid("not an address: " + address);
    }
    Optional<String> key = Optional.ofNullable(System.getenv("KEDGE_API_KEY"));
    OpenAiClient client =
        new OpenAiClient(uri, name.isEmpty() ? inAddress : name, key, LONGEST_CALL);
    return new Answering(client.model() + " at " + uri.getAuthority(), client, Optional.empty());
  }

  @Override
  public void close() {
    client.close();
    served.ifPresent(ModelHost.Served::close);
  }
}
