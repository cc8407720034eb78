package dev.kedge.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code kedge serve --model} as a process of its own, on any free port of loopback. */
final class ServedModel implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready http://[^:]+:(\\d+)/v1 model (.+)");

  private final Process process;
  private final int port;
  private final String name;

  private ServedModel(Process process, int port, String name) {
    this.process = process;
    this.port = port;
    this.name = name;
  }

  /** Starts it as the launcher does, with these options, and waits until it takes calls. */
  static ServedModel start(Path model, int heapGigabytes, List<String> options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx" + heapGigabytes + "g", "-Xms48m", "-Xmn32m"));
    command.addAll(List.of("-XX:SurvivorRatio=3", "-XX:PretenureSizeThreshold=256k"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.kedge.cli.Kedge", "serve", "--model", model.toString()));
    command.addAll(List.of("--port", "0"));
    command.addAll(options);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = String.valueOf(out.readLine());
    Matcher ready = READY.matcher(line);
    if (!ready.matches()) {
      process.destroy();
      throw new IOException("kedge serve did not start: " + line);
    }
    return new ServedModel(process, Integer.parseInt(ready.group(1)), ready.group(2));
  }

  /**
   * Clients of it.
   *
   * @param scored as in {@link HttpStreams}
   */
  HttpStreams clients(boolean scored) {
    return new HttpStreams(port, name, scored);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
