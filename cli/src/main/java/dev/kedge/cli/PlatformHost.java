package dev.kedge.cli;

import dev.kedge.app.Platform;
import dev.kedge.app.PlatformOptions;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.http.HttpOptions;
import dev.kedge.pilot.ModelHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Serves models with the platform inside this process, on loopback. */
final class PlatformHost implements ModelHost {
  /** Starts a platform; a broken model file is told with its name. */
  static Platform start(PlatformOptions options) throws IOException {
    try (StartBar bar = new StartBar()) {
      return Platform.start(options, bar);
    } catch (FormatException e) {
      throw InspectCommand.malformed(options.modelFile(), e);
    }
  }

  @Override
  public Served serve(Path model, String name, int port) throws IOException {
    Platform platform =
        start(
            new PlatformOptions(
                model,
                name,
                EngineOptions.defaults(),
                HttpOptions.defaults().at("127.0.0.1", port),
                Duration.ofMinutes(10),
                Duration.ofMillis(500)));
    return new Running(platform, name);
  }

  private record Running(Platform platform, String model) implements Served {
    @Override
    public URI url() {
      return URI.create(platform.url());
    }

    @Override
    public String arithmetic() {
      return platform.kernels(model);
    }

    @Override
    public void close() {
      platform.close();
    }
  }
}
