package dev.kedge.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code kedge serve --config} as a process of its own, as the launcher starts it. */
final class RunningServe implements AutoCloseable {
  private final Process process;
  private final Path errors;
  private final String ready;

  RunningServe(Path config, Path scratch, Map<String, String> environment) throws IOException {
    this(config, scratch, environment, List.of("-XX:TieredStopAtLevel=1"));
  }

  /** One that starts slower and answers faster, for more than a few calls. */
  static RunningServe computing(Path config, Path scratch) throws IOException {
    return new RunningServe(config, scratch, Map.of(), List.of());
  }

  private RunningServe(
      Path config, Path scratch, Map<String, String> environment, List<String> options)
      throws IOException {
    errors = scratch.resolve("serve.err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.kedge.cli.Kedge",
            "serve",
            "--config",
            config.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    ready = line == null ? "" : line;
  }

  /** What it said once it took calls; empty where it ended before. */
  String ready() {
    return ready;
  }

  /** Its base URL. */
  String url() {
    return ready.substring("ready ".length(), ready.indexOf(" models "));
  }

  /** Asks it to end, waits for that, and returns what it wrote to standard error. */
  List<String> end() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) throw new AssertionError("it does not end");
    return Files.readAllLines(errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
