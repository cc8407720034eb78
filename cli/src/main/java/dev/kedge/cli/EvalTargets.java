package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.eval.run.EngineTarget;
import dev.kedge.eval.run.ServerTarget;
import dev.kedge.eval.run.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Opens what a command line names as a model. */
final class EvalTargets {
  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);
  private static final String GATEWAY = "gateway:";

  private EvalTargets() {}

  /**
   * Opens a GGUF file, an address with or without {@code #NAME}, or {@code gateway:NAME}.
   *
   * @param gateway the configuration of a running gateway
   * @throws KedgeException if it is none of these
   */
  static Target open(String model, Optional<KedgeFile> gateway) throws IOException {
    Optional<String> key = Optional.ofNullable(System.getenv("KEDGE_API_KEY"));
    if (model.startsWith(GATEWAY)) {
      KedgeFile file =
          gateway.orElseThrow(() ->
              KedgeException.invalid(model + " needs --config, which says where the gateway is"));
      return new ServerTarget(address(file), model.substring(GATEWAY.length()), key, LONGEST_CALL);
    }
    if (model.matches("https?://.*")) {
      int mark = model.indexOf('#');
      String name = mark < 0 ? "" : model.substring(mark + 1);
      return new ServerTarget(
          uri(mark < 0 ? model : model.substring(0, mark)), name, key, LONGEST_CALL);
    }
    Path file = Path.of(model);
    if (!Files.isRegularFile(file)) {
      throw KedgeException.invalid(
          "no model at " + model + "; give a GGUF file or an address such as http://host:8080/v1");
    }
    return EngineTarget.open(file);
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

  static URI address(KedgeFile file) {
    String host = file.server().host();
    boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
    String shown = anywhere ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    String scheme = file.server().tls().isPresent() ? "https" : "http";
    return uri(scheme + "://" + shown + ":" + file.server().port());
  }
}
