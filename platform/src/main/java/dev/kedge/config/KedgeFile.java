package dev.kedge.config;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's configuration, {@code kedge.yaml}.
 *
 * @param data folder of the usage journal, of captures and of an SQLite store; default the folder
 *     of the configuration
 * @param server how it listens
 * @param store where keys, budgets and usage are kept
 * @param engine models that run in this process
 * @param upstreams servers elsewhere
 * @param models as callers see them
 * @param access who may call
 * @param tenants with their shares, limits and budgets
 * @param capture exchanges that are kept
 * @param console the web pages
 */
public record KedgeFile(
    Optional<Path> data,
    ServerSection server,
    StoreSection store,
    List<EngineSection> engine,
    List<UpstreamSection> upstreams,
    List<ModelSection> models,
    AccessSection access,
    List<Tenant> tenants,
    List<CaptureRule> capture,
    ConsoleSection console) {
  public KedgeFile {
    data = Check.or(data, Optional.empty());
    server = Check.or(server, ServerSection.defaults());
    store = Check.or(store, StoreSection.defaults());
    engine = List.copyOf(Check.or(engine, List.of()));
    upstreams = List.copyOf(Check.or(upstreams, List.of()));
    models = List.copyOf(Check.or(models, List.of()));
    access = Check.or(access, AccessSection.DEFAULT);
    tenants = List.copyOf(Check.or(tenants, List.of()));
    capture = List.copyOf(Check.or(capture, List.of()));
    console = Check.or(console, ConsoleSection.defaults());
    unique(engine.stream().map(EngineSection::name).toList(), "engine models");
    unique(tenants.stream().map(Tenant::name).toList(), "tenants");
    unique(capture.stream().map(CaptureRule::task).toList(), "capture rules");
  }

  private static void unique(List<String> names, String what) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("two " + what + " are named '" + name + "'");
      }
    }
  }

  /**
   * Reads and checks a file.
   *
   * @throws KedgeException naming file, line and remedy
   */
  public static KedgeFile read(Path file) throws IOException {
    @Nullable KedgeFile read = ConfigFile.read(file, KedgeFile.class);
    if (read == null) throw KedgeException.invalid(file + ": the file is empty");
    try {
      read.check();
    } catch (KedgeException e) {
      throw KedgeException.invalid(file + ": " + e.getMessage());
    }
    return read;
  }

  private void check() {
    Set<String> engines = new HashSet<>(engine.stream().map(EngineSection::name).toList());
    routes().check(engines);
    Set<String> callable = new HashSet<>(engines);
    upstreams.forEach(one -> one.models().forEach(served -> callable.add(served.name())));
    models.stream()
        .filter(model -> model.tiers().isEmpty())
        .forEach(model -> callable.add(model.name()));
    if (callable.isEmpty()) {
      throw KedgeException.invalid("no model is declared; name one under 'engine' or 'upstreams'");
    }
    for (ModelSection model : models) {
      model
          .tiers()
          .ifPresent(tiers -> {
            known(callable, tiers.small(), model.name());
            known(callable, tiers.large(), model.name());
          });
    }
  }

  private static void known(Set<String> callable, String tier, String model) {
    if (callable.contains(tier)) return;
    throw KedgeException.invalid(
        "the tiers of '"
            + model
            + "' name the unknown model '"
            + tier
            + "'; "
            + Check.nearest(tier, callable));
  }

  /**
   * The tiers of a model.
   *
   * @throws KedgeException if there is no such model, or it has none
   */
  public TierSection tiers(String model) {
    return models.stream()
        .filter(section -> section.name().equals(model))
        .flatMap(section -> section.tiers().stream())
        .findFirst()
        .orElseThrow(() -> KedgeException.invalid("no model '" + model + "' with tiers"));
  }

  /**
   * Where journal, captures and an SQLite store lie.
   *
   * @param folder of the configuration
   */
  public Path dataFolder(Path folder) {
    return data.map(folder::resolve).orElse(folder);
  }

  /**
   * The store's URL, an SQLite file with its whole path.
   *
   * @param folder of the configuration
   */
  public String storeUrl(Path folder) {
    String sqlite = "sqlite:";
    String url = store.url();
    if (!url.startsWith(sqlite)) return url;
    return sqlite + dataFolder(folder).resolve(url.substring(sqlite.length()));
  }

  /** The upstreams and the models made of them. */
  public Upstreams routes() {
    return new Upstreams(upstreams, models);
  }
}
