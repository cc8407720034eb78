package dev.kedge.app;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.kedge.backend.Backend;
import dev.kedge.backend.EmbeddedBackend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.TokenPrice;
import dev.kedge.config.EngineSection;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.MachineMemory;
import dev.kedge.engine.MemoryPlan;
import dev.kedge.engine.Model;
import dev.kedge.engine.WeightsWatch;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.gateway.GatewayParts.EngineFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The models of this process, loaded and running. For one thread, but for what it hands out. */
final class Engines implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.kedge.engine");

  private final Map<String, Running> running = new LinkedHashMap<>();

  private final StartProgress progress;

  Engines(StartProgress progress) {
    this.progress = progress;
  }

  /** One model. */
  record Running(
      Model model, Engine engine, Backend backend, EngineFacts facts, WeightsWatch watch) {}

  /**
   * Loads a model and starts an engine on it.
   *
   * @param price of its tokens
   * @param places answers at a time
   */
  void start(
      String name,
      Path file,
      EngineOptions options,
      TokenPrice price,
      int places,
      EngineSection.Verify verify)
      throws IOException {
    Model model = Model.load(file);
    try {
      FileDigest digest = digest(model, file, verify);
      run(name, model, options, new EngineFacts(price, 0, digest.sha256(), places), digest, false);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * Loads a model as the configuration says.
   *
   * @param folder to which its file is relative
   * @throws KedgeException Untrusted if the file is not the recorded one
   */
  void start(EngineSection section, Path folder) throws IOException {
    Path file = folder.resolve(section.file());
    if (!Files.isRegularFile(file)) {
      throw KedgeException.invalid("the engine model '" + section.name() + "': no file " + file);
    }
    EngineOptions defaults = EngineOptions.defaults();
    EngineOptions options =
        new EngineOptions(
            section.threads() == 0 ? defaults.threads() : section.threads(),
            section.sequences(),
            defaults.maxQueued(),
            section.context(),
            defaults.cacheTokens(),
            defaults.batchTokens(),
            defaults.vectors(),
            section.cache() == EngineSection.CacheType.Q8);
    Model model = Model.load(file);
    try {
      FileDigest digest = recorded(section, model, file);
      EngineFacts facts =
          new EngineFacts(section.price().perToken(), 0, digest.sha256(), section.sequences());
      boolean all = section.prefixes() == EngineSection.Prefixes.ALL;
      run(section.name(), model, options, facts, digest, all);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /* Before a weight is used: what the file holds is what the configuration records. */
  private FileDigest recorded(EngineSection section, Model model, Path file) {
    FileDigest digest = digest(model, file, section.verify());
    if (section.sha256().isPresent() && !section.sha256().get().equals(digest.sha256())) {
      throw new KedgeException(
          new Failure.Untrusted(
              file
                  + " is not the recorded file: its sha256 is "
                  + digest.sha256()
                  + ", the configuration says "
                  + section.sha256().get(),
              "digest_mismatch"));
    }
    return digest;
  }

  private FileDigest digest(Model model, Path file, EngineSection.Verify verify) {
    String name = "reading " + file.getFileName();
    long all = model.info().bytes();
    FileDigest.Progress told = done -> progress.update(name, done, all);
    return switch (verify) {
      case BEFORE -> model.readDigest(told);
      case AFTER -> model.digest(told);
    };
  }

  /* A start of a known file reads nothing twice; the watch does. */
  private void run(
      String name,
      Model model,
      EngineOptions options,
      EngineFacts facts,
      FileDigest digest,
      boolean sharesPrefixes) {
    MemoryPlan plan = model.plan(options);
    MachineMemory memory = MachineMemory.now();
    // What cannot start is refused below; what it would do is of no interest then.
    if (plan.refusal(memory).isEmpty()) {
      LOG.log(INFO, name + ": " + plan.summary(memory));
      plan.shortage(memory).ifPresent(lack -> LOG.log(WARNING, name + ": " + lack));
    }
    Engine engine =
        Engine.start(
            model, options, (done, total) -> progress.update("preparing " + name, done, total));
    model
        .chatTemplateProblem()
        .ifPresent(problem ->
            LOG.log(
                WARNING,
                name + ": chats are refused, its chat template cannot be read: " + problem));
    engine.notice().ifPresent(notice -> LOG.log(WARNING, name + ": " + notice));
    EngineFacts known =
        new EngineFacts(facts.price(), engine.contextLength(), facts.digest(), facts.places());
    WeightsWatch watch =
        WeightsWatch.start(
            model, engine, digest, WeightsWatch.DEFAULT_RATE, report -> tell(name, report));
    Backend backend = new EmbeddedBackend(name, model, engine, sharesPrefixes);
    running.put(name, new Running(model, engine, backend, known, watch));
  }

  private static void tell(String name, WeightsWatch.Report report) {
    LOG.log(report.sound() ? INFO : ERROR, name + ": " + report.text());
  }

  Running get(String name) {
    Running one = running.get(name);
    if (one == null) throw new IllegalArgumentException("no engine model " + name);
    return one;
  }

  Map<String, Backend> backends() {
    return all(Running::backend);
  }

  Map<String, EngineFacts> facts() {
    return all(Running::facts);
  }

  Map<String, EngineStats> stats() {
    return all(one -> one.engine.stats());
  }

  private <T> Map<String, T> all(Function<Running, T> part) {
    Map<String, T> parts = new LinkedHashMap<>();
    running.forEach((name, one) -> parts.put(name, part.apply(one)));
    return parts;
  }

  /** See {@link Engine#warmUp}. */
  void warmUp() {
    running.values().forEach(one -> one.engine.warmUp());
  }

  /** Whether every engine still computes. */
  boolean alive() {
    return running.values().stream().allMatch(one -> one.engine.alive());
  }

  @Override
  public void close() {
    for (Running one : running.values()) {
      one.watch.close();
      one.engine.close();
      one.model.close();
    }
  }
}
