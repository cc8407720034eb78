package dev.kedge.cli;

import dev.kedge.base.PartPath;
import dev.kedge.usage.capture.CaptureFolder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kedge capture export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Write a task's exchanges as JSON lines: id, time, task, model, request, answer.",
      "They are as they were redacted when they were captured."
    },
    footer = {"", "Example: kedge capture export --task order-desk --out exchanges.jsonl"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class CaptureExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private FolderOption data;
  @Mixin private CaptureOption capture;

  @Option(names = "--task", required = true, paramLabel = "NAME", description = "Of this task.")
  private String task;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = Moments.class,
      description = "Requests from this time on, a day or an instant in UTC.")
  private Optional<Instant> from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = Moments.class,
      description = "Requests before this time.")
  private Optional<Instant> to;

  @Option(names = "--model", paramLabel = "NAME", description = "Answered by this model only.")
  private Optional<String> model;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a file, which appears whole or not at all, instead of standard output.")
  private Optional<Path> file;

  @Override
  public Integer call() throws IOException {
    CaptureFolder folder = capture.open(data.folder(), task);
    CapturedLines wanted = new CapturedLines(from, to, model, List.of());
    if (file.isEmpty()) {
      print(folder, wanted);
    } else {
      long count = write(folder, wanted, file.get().toAbsolutePath());
      spec.commandLine().getErr().println(count + " exchanges in " + file.get());
    }
    return 0;
  }

  private void print(CaptureFolder folder, CapturedLines wanted) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    folder.read(
        task,
        line -> {
          if (wanted.test(line)) out.println(new String(line, StandardCharsets.UTF_8));
        });
    out.flush();
  }

  private long write(CaptureFolder folder, CapturedLines wanted, Path target) throws IOException {
    Path part = PartPath.beside(target);
    long[] count = new long[1];
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        folder.read(
            task,
            line -> {
              if (!wanted.test(line)) return;
              out.write(line);
              out.write('\n');
              count[0]++;
            });
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return count[0];
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
