package dev.kedge.cli;

import dev.kedge.app.Platform;
import dev.kedge.app.PlatformOptions;
import dev.kedge.config.EngineSection;
import dev.kedge.config.KedgeFile;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.ModelInfo;
import dev.kedge.http.HttpOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
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
      "Serve models over OpenAI's and Anthropic's API: one file, or a gateway in front of many.",
      "Prints one line 'ready URL model NAME' (or 'models A,B') on standard output once calls are"
          + " taken; everything else goes to standard error. Ctrl-C or SIGTERM lets running answers"
          + " finish first."
    },
    footer = {
      "",
      "Example: kedge serve --config kedge.yaml",
      "         kedge serve --model order-desk.gguf --port 8080",
      "  curl http://127.0.0.1:8080/v1/chat/completions -H 'Content-Type: application/json' \\",
      "    -d '{\"model\":\"order-desk\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private What what;

  /** One model, or a whole configuration. */
  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  static final class What {
    @Option(
        names = "--model",
        required = true,
        paramLabel = "FILE",
        description = "One model, a GGUF file, without keys, limits and records.")
    @Nullable Path model;

    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description =
            "A gateway as kedge.yaml declares it: docs/GATEWAY.md explains every key. Taken over"
                + " again when it changes, without dropping a stream.")
    @Nullable Path config;
  }

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
          "With --model: address to listen on (${DEFAULT-VALUE}). There are no keys: whoever"
              + " reaches another address may use the model.")
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

  @Option(
      names = "--kv-cache",
      paramLabel = "TYPE",
      defaultValue = "F16",
      description =
          "How keys and values are kept: f16, or q8 for half the memory and slightly other answers"
              + " (f16).")
  private EngineSection.CacheType cacheType;

  @Option(
      names = "--verify",
      paramLabel = "WHEN",
      defaultValue = "AFTER",
      description =
          "With --model: when a file that is unchanged since it was last verified is read again:"
              + " after the start, while it already answers (a difference stops the engine and"
              + " fails /health/ready), or before it (after).")
  private EngineSection.Verify verify;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path config = what.config;
    Path model = what.model;
    Platform platform;
    CountDownLatch closed = new CountDownLatch(1);
    if (config != null) {
      KedgeFile file = Reloading.read(config);
      platform = ServeLog.in(file.server().log(), () -> Reloading.start(file, config));
      closeAtEnd(platform, closed);
      announce(platform);
      platform.warmUp();
      Reloading.watch(platform, config);
    } else {
      platform = PlatformHost.start(options(Objects.requireNonNull(model)));
      closeAtEnd(platform, closed);
      announce(platform, model);
      platform.warmUp();
    }
    try (HeapBound _ = new HeapBound(platform::cacheBytesHeld)) {
      closed.await();
    }
    return CommandLine.ExitCode.OK;
  }

  /* Before anybody is told that it is ready, and may ask it to end. */
  private static void closeAtEnd(Platform platform, CountDownLatch closed) {
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
  }

  private void announce(Platform platform) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready " + platform.url() + " models " + String.join(",", platform.models()));
    out.flush();
  }

  private void announce(Platform platform, Path model) {
    ModelInfo info = platform.info(modelName(model));
    ServeLog.line(
        "%s: %s, %d parameters, %s, context %d"
            .formatted(
                model,
                info.architecture(),
                info.parameters(),
                info.fileType(),
                platform.contextLength(modelName(model))));
    ServeLog.line("arithmetic: " + platform.kernels(modelName(model)));
    PrintWriter out = spec.commandLine().getOut();
    out.println("ready " + platform.url() + " model " + modelName(model));
    out.flush();
  }

  private String modelName(Path model) {
    return name.orElseGet(() -> PlatformOptions.nameOf(model));
  }

  private PlatformOptions options(Path model) {
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
              defaults.vectors(),
              cacheType == EngineSection.CacheType.Q8);
      return new PlatformOptions(
              model, modelName(model), engine, HttpOptions.defaults().at(host, port))
          .verified(verify);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
