package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.config.KedgeFile;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.run.JsonLinesSource;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which installation a command works on: its data folder and its store. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DataOption {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\[[A-Z_]+_[a-z2-7]{10}]");

  @Mixin private StoreOption store;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The data folder, with datasets, runs, keys and the store kedge.db (without it and"
              + " --config: KEDGE_DATA, or .kedge in your home).")
  private Optional<Path> data;

  /** The data folder. */
  Path folder() {
    return data.or(store::dataFolder).orElseGet(DataFolder::usual);
  }

  /** The gateway's configuration, where {@code --config} names one. */
  Optional<KedgeFile> gateway() {
    return store.gateway();
  }

  /** The folder of that configuration, where its relative paths begin. */
  Path gatewayFolder() {
    return store.gatewayFolder();
  }

  /** The store, made where there is none. */
  Store openStore() {
    DataFolder.makeFor(folder().resolve("kedge.db"));
    return data.isPresent() ? store.openOrMakeIn(data.get()) : store.openOrMake();
  }

  /** The options by which another command finds the same installation, with a blank in front. */
  String again() {
    return data.map(folder -> " --data " + folder).orElse("") + store.again();
  }

  /**
   * The cases of a dataset, which must have labels.
   *
   * @param reference NAME or NAME@NUMBER
   */
  CaseSource cases(Store opened, String reference) throws IOException {
    Datasets datasets = datasets(opened);
    DatasetVersion version = datasets.find(reference);
    if (version.labelled() == 0) {
      throw KedgeException.invalid(
          version.reference()
              + " has no labels, so that nothing could be right or wrong; label it first: kedge"
              + " label create PROJECT --dataset "
              + version.reference()
              + " --task TASK"
              + again());
    }
    tellMasked(datasets, version);
    return JsonLinesSource.of(datasets.file(version), version.reference());
  }

  /* Who compares with figures over calls as they came has to know it. */
  private void tellMasked(Datasets datasets, DatasetVersion version) throws IOException {
    long masked =
        datasets.read(version).stream()
            .filter(entry -> PLACEHOLDER.matcher(entry.input()).find())
            .count();
    if (masked == 0) return;
    System.err.println(
        "kedge: "
            + masked
            + " of "
            + version.examples()
            + " examples hold placeholders for personal data, which a model may answer worse; this"
            + " writes them as they came: kedge eval data export "
            + version.reference()
            + " --unmask --out FILE"
            + again());
  }

  /** The datasets of the data folder. */
  Datasets datasets(Store opened) {
    return new Datasets(folder(), opened, InstantSource.system());
  }
}
