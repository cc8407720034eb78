package dev.kedge.bench;

import dev.kedge.app.Platform;
import dev.kedge.backend.upstream.TestingUpstream;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.KedgeFile;
import java.io.IOException;
import java.nio.file.Path;

/** A gateway in front of recorded upstreams: one of each dialect. */
final class Servers implements AutoCloseable {
  /** A model of a server that speaks OpenAI's API. */
  static final String OPENAI = "gpt-recorded";

  /** A model of a server that speaks Anthropic's API. */
  static final String ANTHROPIC = "claude-recorded";

  final TestingUpstream openAi = new TestingUpstream();
  final TestingUpstream anthropic = new TestingUpstream();
  final Platform platform;

  Servers(Path folder) throws IOException {
    String yaml =
        """
        server: {port: 0}
        upstreams:
          - {name: openai, url: "%s", health: {path: none}, models: [{name: %s}]}
          - {name: anthropic, url: "%s", dialect: anthropic, health: {path: none}, models: [{name: %s}]}
        """
            .formatted(openAi.url(), OPENAI, anthropic.url(), ANTHROPIC);
    platform = Platform.start(ConfigFile.parse(yaml, "kedge.yaml", KedgeFile.class), folder);
  }

  /** Without {@code /v1}. */
  static String root(Platform platform) {
    return "http://127.0.0.1:" + platform.port();
  }

  @Override
  public void close() throws IOException {
    platform.close();
    openAi.close();
    anthropic.close();
  }
}
