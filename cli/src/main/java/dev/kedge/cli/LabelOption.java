package dev.kedge.cli;

import dev.kedge.label.LabelDatasets;
import dev.kedge.label.Labelling;
import dev.kedge.store.Store;
import java.time.InstantSource;
import picocli.CommandLine.Mixin;

/** The labelling of an installation. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelOption {
  @Mixin private DataOption data;

  /** The store, made where there is none. */
  Store openStore() {
    return data.openStore();
  }

  /** The options by which another command finds the same installation. */
  String again() {
    return data.again();
  }

  Labelling labelling(Store store) {
    return new Labelling(store, InstantSource.system());
  }

  LabelDatasets datasets(Store store) {
    return new LabelDatasets(data.datasets(store), labelling(store));
  }
}
