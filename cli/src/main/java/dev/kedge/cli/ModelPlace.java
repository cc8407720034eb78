package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a command line names as a model. */
sealed interface ModelPlace {
  /** A GGUF file that is there. */
  record Gguf(Path file) implements ModelPlace {}

  /**
   * A model behind an address.
   *
   * @param address as it was given, without a key
   * @param name empty where none was given
   */
  record Server(URI address, String name) implements ModelPlace {}

  /**
   * Reads a GGUF file's path, an address with or without {@code #NAME}, or {@code gateway:NAME}.
   *
   * @param gateway the configuration of a running gateway
   * @throws KedgeException if it is none of these
   */
  static ModelPlace of(String model, Optional<KedgeFile> gateway) {
    if (!model.startsWith("gateway:")) return of(model);
    KedgeFile file =
        gateway.orElseThrow(() ->
            KedgeException.invalid(model + " needs --config, which says where the gateway is"));
    return new Server(address(file), model.substring("gateway:".length()));
  }

  /**
   * Reads a GGUF file's path, or an address with or without {@code #NAME}.
   *
   * @throws KedgeException if it is neither
   */
  static ModelPlace of(String model) {
    if (model.matches("https?://.*")) return server(model);
    Path file = Path.of(model);
    if (Files.isRegularFile(file)) return new Gguf(file);
    throw KedgeException.invalid(
        "no model at " + model + "; give a GGUF file or an address such as http://host:8080/v1");
  }

  /** Reads an address with or without {@code #NAME}. */
  static Server server(String address) {
    int mark = address.indexOf('#');
    String name = mark < 0 ? "" : address.substring(mark + 1);
    return new Server(uri(mark < 0 ? address : address.substring(0, mark)), name);
  }

  private static URI uri(String address) {
    // An address is printed and kept with the answers; a key must not be in it.
    if (address.contains("@") || address.contains("?")) {
      throw KedgeException.invalid(
          "an address has neither a name with '@' nor a part behind '?'; a key goes into"
              + " KEDGE_API_KEY");
    }
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      throw KedgeException.invalid("not an address: " + address);
    }
  }

  private static URI address(KedgeFile file) {
    String host = file.server().host();
    boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
    String shown = anywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    String scheme = file.server().tls().isPresent() ? "https" : "http";
    return uri(scheme + "://" + shown + ":" + file.server().port());
  }
}
