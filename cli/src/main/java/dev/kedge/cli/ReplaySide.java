package dev.kedge.cli;

import dev.kedge.app.PlatformOptions;
import dev.kedge.backend.Backend;
import dev.kedge.backend.EmbeddedBackend;
import dev.kedge.backend.upstream.Upstream;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.UpstreamSection;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Model;
import dev.kedge.rollout.replay.Answering;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that a replay asks, as a command line names it.
 *
 * @param label for people
 * @param sha256 of a model file; empty for a server
 */
record ReplaySide(String label, String sha256, Answering answering, Runnable closing)
    implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LONGEST_CALL = Duration.ofMinutes(5);
  private static final int MOST_WAITING = 1_000;

  /**
   * Opens a GGUF file, an address with {@code #NAME}, or {@code gateway:NAME}.
   *
   * @param gateway the configuration of a running gateway
   * @throws KedgeException if it is none of these
   */
  static ReplaySide open(String model, Optional<KedgeFile> gateway) throws IOException {
    return switch (ModelPlace.of(model, gateway)) {
      case ModelPlace.Gguf gguf -> file(gguf.file());
      case ModelPlace.Server server -> {
        String address = server.address().toString();
        if (server.name().isEmpty()) {
          throw KedgeException.invalid("which model at " + model + "? write " + address + "#NAME");
        }
        yield server(address, server.name());
      }
    };
  }

  private static ReplaySide server(String address, String model) {
    String key = System.getenv("KEDGE_API_KEY") == null ? "" : "key: env:KEDGE_API_KEY\n";
    String base = address.replaceAll("/+$", "");
    String yaml =
        "name: replay\nurl: "
            + JSON.writeValueAsString(base.endsWith("/v1") ? base : base + "/v1")
            + "\n"
            + key
            + "timeouts: {first_token: 5m, between_tokens: 1m, total: 5m}\n"
            + "models: [{name: "
            + JSON.writeValueAsString(model)
            + "}]\n";
    UpstreamSection section = ConfigFile.parse(yaml, address, UpstreamSection.class);
    Watchdog watchdog = new Watchdog();
    Upstream upstream =
        new Upstream(section, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog);
    return new ReplaySide(
        model,
        "",
        new Answering(upstream, model, LONGEST_CALL),
        () -> {
          upstream.close();
          watchdog.close();
        });
  }

  private static ReplaySide file(Path file) throws IOException {
    String name = PlatformOptions.nameOf(file);
    Model model = Model.load(file);
    try {
      String sha256 = model.digest(_ -> {}).sha256();
      Engine engine = Engine.start(model, EngineOptions.defaults().withMaxQueued(MOST_WAITING));
      engine.notice().ifPresent(notice -> System.err.println("kedge: " + notice));
      Backend backend = new EmbeddedBackend(name, model, engine);
      return new ReplaySide(
          name,
          sha256,
          new Answering(backend, name, LONGEST_CALL),
          () -> {
            engine.close();
            model.close();
          });
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  @Override
  public void close() {
    closing.run();
  }
}
