package dev.kedge.bench;

import dev.kedge.app.Platform;
import dev.kedge.app.PlatformOptions;
import dev.kedge.app.TinyModel;
import dev.kedge.engine.EngineOptions;
import dev.kedge.http.HttpOptions;
import java.io.IOException;
import java.nio.file.Path;

/** A real server over a small model with random weights. */
final class TinyServer {
  static final String MODEL = "tiny";

  private TinyServer() {}

  static Platform start(Path folder) throws IOException {
    Path file = TinyModel.write(folder.resolve("tiny.gguf"), 2048);
    EngineOptions engine = new EngineOptions(1, 8, 8, 0, 0, 64, true);
    HttpOptions http = HttpOptions.defaults().at("127.0.0.1", 0);
    return Platform.start(new PlatformOptions(file, MODEL, engine, http));
  }
}
