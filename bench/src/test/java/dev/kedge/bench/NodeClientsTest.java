package dev.kedge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.kedge.app.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the suite in {@code bench/node}: OpenAI's and Anthropic's official Node clients. */
class NodeClientsTest {
  private static final Path SUITE =
      Path.of(System.getProperty("kedge.root", "..")).resolve("bench").resolve("node");

  @TempDir private Path folder;

  @Test
  void theNodeClientsUnderstandTheServer() throws Exception {
    if (!Files.isDirectory(SUITE.resolve("node_modules"))) {
      skip("its packages are not installed; run: cd bench/node && npm ci");
    }
    try (Platform platform = TinyServer.start(folder);
        Servers servers = new Servers(folder)) {
      ProcessBuilder node =
          new ProcessBuilder("node", "--test", "--test-reporter=tap")
              .directory(SUITE.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("node.log").toFile());
      node.environment().put("KEDGE_URL", platform.url());
      node.environment().put("KEDGE_MODEL", TinyServer.MODEL);
      node.environment().put("KEDGE_UPSTREAMS_URL", servers.platform.url());
      Process process = start(node);
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      if (!ended) process.destroyForcibly().waitFor();
      String log = Files.readString(folder.resolve("node.log"), StandardCharsets.UTF_8);
      assertThat(ended).as(log).isTrue();
      assertThat(process.exitValue()).as(log).isZero();
      assertThat(log).contains("# pass 25").contains("# fail 0");
    }
  }

  private static Process start(ProcessBuilder node) {
    try {
      return node.start();
    } catch (IOException e) {
      return skip("node cannot be started: " + e.getMessage());
    }
  }

  private static Process skip(String reason) {
    System.out.println("skipped: the suite with the Node client, " + reason);
    return abort(reason);
  }
}
