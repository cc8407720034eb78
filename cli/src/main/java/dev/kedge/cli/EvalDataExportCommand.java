package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.mask.Masker;
import dev.kedge.eval.mask.MaskingKey;
import dev.kedge.eval.mask.OwnerOnly;
import dev.kedge.eval.mask.Vault;
import dev.kedge.report.WholeFile;
import dev.kedge.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kedge eval data export}. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Write a version as JSON lines, as kedge eval reads them.",
      "With --unmask personal data is put back: only who may read the installation's key can do"
          + " that, and a file is its owner's only."
    },
    footer = {"", "Example: kedge eval data export order-desk@2 --out holdout.jsonl"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class EvalDataExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(paramLabel = "DATASET", description = "NAME for the latest version, or NAME@NUMBER.")
  private String reference;

  @Option(names = "--unmask", description = "Put masked personal data back.")
  private boolean unmask;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a file, which appears whole or not at all, instead of standard output.")
  private Optional<Path> file;

  /** Where the masked values of a version lie. */
  static Path vault(Path folder, DatasetVersion version) {
    return folder.resolve("vault").resolve(version.name()).resolve(version.sha256() + ".vault");
  }

  /** What a vault is bound to. */
  static String belongsTo(DatasetVersion version) {
    return version.name() + " " + version.sha256();
  }

  @Override
  public Integer call() throws IOException {
    try (Store store = data.openStore()) {
      Datasets datasets = data.datasets(store);
      DatasetVersion version = datasets.find(reference);
      List<Entry> entries = datasets.read(version);
      if (unmask) {
        Map<String, String> values = values(datasets, version);
        entries = entries.stream().map(entry -> plain(entry, values)).toList();
      }
      write(entries);
    }
    return 0;
  }

  private void write(List<Entry> entries) throws IOException {
    String text = entries.stream().map(entry -> entry.line() + "\n").collect(Collectors.joining());
    if (file.isPresent()) {
      if (unmask) OwnerOnly.replace(file.get(), text.getBytes(StandardCharsets.UTF_8));
      else WholeFile.write(file.get(), text);
      spec.commandLine().getErr().println(entries.size() + " examples in " + file.get());
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
    }
  }

  /** Of the version itself, or of one that it was made from: labels change no placeholder. */
  private Map<String, String> values(Datasets datasets, DatasetVersion version) throws IOException {
    MaskingKey key = MaskingKey.open(data.folder(), new SecureRandom());
    DatasetVersion from = version;
    while (!Files.exists(vault(data.folder(), from))) {
      if (from.parent().isEmpty()) {
        throw KedgeException.invalid(
            "nothing was masked in " + version.reference() + ", or its vault is gone");
      }
      from = datasets.find(from.name() + "@" + from.parent().get());
    }
    return Vault.read(vault(data.folder(), from), belongsTo(from), key);
  }

  private static Entry plain(Entry entry, Map<String, String> values) {
    return new Entry(
        entry.id(),
        Masker.unmask(entry.input(), values),
        entry.expected().map(value -> Masker.unmask(value, values)),
        entry.suggestion().map(value -> Masker.unmask(value, values)),
        entry.tags(),
        entry.group(),
        entry.source(),
        entry.time(),
        entry.weight());
  }
}
