package dev.kedge.cli;

import dev.kedge.app.Platform;
import dev.kedge.app.PlatformOptions;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.ModelInfo;
import dev.kedge.http.HttpOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge serve}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Serve a model over an OpenAI-compatible API.",
      "Prints one line 'ready URL model NAME' on standard output once calls are taken; everything"
          + " else goes to standard error. Ctrl-C or SIGTERM lets running answers finish first."
    },
    footer = {
      "",
      "Example: kedge serve --model order-desk.gguf --port 8080",
      "  curl http://127.0.0.1:8080/v1/chat/completions -H 'Content-Type: application/json' \\",
      "    -d '{\"model\":\"order-desk\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The model, a GGUF file.")
  private Path model;

  @Option(
      names = "--name",
      paramLabel = "ID",
      description = "The name that clients call it by; by default the file's name without .gguf.")
  private Optional<String> name;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on (${DEFAULT-VALUE}). There are no keys yet: whoever reaches another"
              + " address may use the model.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen on (${DEFAULT-VALUE}); 0 takes any free one.")
  private int port;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Compute threads; by default one per processor. Answers do not depend on it.")
  private Optional<Integer> threads;

  @Option(
      names = "--max-sequences",
      paramLabel = "N",
      description = "Answers computed at the same time (16).")
  private Optional<Integer> maxSequences;

  @Option(
      names = "--max-queued",
      paramLabel = "N",
      description = "Calls that may wait for a place (64); one more gets status 429.")
  private Optional<Integer> maxQueued;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Longest prompt plus answer in tokens; by default the model's own.")
  private Optional<Integer> context;

  @Option(
      names = "--cache-tokens",
      paramLabel = "N",
      description = "Positions of the key-value cache; by default what half of the heap holds.")
  private Optional<Integer> cacheTokens;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServeLog.open();
    Platform platform = PlatformHost.start(options());
    CountDownLatch closed = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("kedge-shutdown")
                .unstarted(() -> {
                  ServeLog.line("shutting down: running answers may finish");
                  platform.close();
                  ServeLog.line("closed");
                  closed.countDown();
                }));
    announce(platform);
    closed.await();
    return CommandLine.ExitCode.OK;
  }

  private void announce(Platform platform) {
    ModelInfo info = platform.info();
    ServeLog.line(
        "%s: %s, %d parameters, %s, context %d"
            .formatted(
                model,
                info.architecture(),
                info.parameters(),
                info.fileType(),
                platform.contextLength()));
    ServeLog.line("arithmetic: " + platform.kernels());
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready " + platform.url() + " model " + modelName());
    out.flush();
  }

  private String modelName() {
    return name.orElseGet(() -> PlatformOptions.nameOf(model));
  }

  private PlatformOptions options() {
    try {
      EngineOptions defaults = EngineOptions.defaults();
      EngineOptions engine =
          new EngineOptions(
              threads.orElse(defaults.threads()),
              maxSequences.orElse(defaults.maxSequences()),
              maxQueued.orElse(defaults.maxQueued()),
              context.orElse(defaults.contextLength()),
              cacheTokens.orElse(defaults.cacheTokens()),
              defaults.batchTokens(),
              defaults.vectors());
      return new PlatformOptions(model, modelName(), engine, HttpOptions.defaults().at(host, port));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
