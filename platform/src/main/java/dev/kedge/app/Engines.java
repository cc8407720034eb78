package dev.kedge.app;

import dev.kedge.backend.Backend;
import dev.kedge.backend.EmbeddedBackend;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.base.TokenPrice;
import dev.kedge.config.EngineSection;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.Model;
import dev.kedge.gateway.GatewayParts.EngineFacts;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The models of this process, loaded and running. For one thread, but for what it hands out. */
final class Engines implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Engines.class.getName());
  private final Map<String, Running> running = new LinkedHashMap<>();

  /** One model. */
  record Running(Model model, Engine engine, Backend backend, EngineFacts facts) {}

  /** Loads a model and starts an engine on it. */
  void start(String name, Path file, EngineOptions options, EngineFacts facts) throws IOException {
    Model model = Model.load(file);
    try {
      Engine engine = Engine.start(model, options);
      engine.notice().ifPresent(notice -> LOG.log(Level.WARNING, name + ": " + notice));
      EngineFacts known =
          new EngineFacts(facts.price(), engine.contextLength(), facts.digest(), facts.places());
      running.put(
          name, new Running(model, engine, new EmbeddedBackend(name, model, engine), known));
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
    String digest = digest(file);
    if (section.sha256().isPresent() && !section.sha256().get().equals(digest)) {
      throw new KedgeException(
          new Failure.Untrusted(
              file
                  + " is not the recorded file: its sha256 is "
                  + digest
                  + ", the configuration says "
                  + section.sha256().get(),
              "digest_mismatch"));
    }
    EngineOptions defaults = EngineOptions.defaults();
    TokenPrice price = section.price().perToken();
    start(
        section.name(),
        file,
        new EngineOptions(
            section.threads() == 0 ? defaults.threads() : section.threads(),
            section.sequences(),
            defaults.maxQueued(),
            section.context(),
            defaults.cacheTokens(),
            defaults.batchTokens(),
            defaults.vectors(),
            section.cache() == EngineSection.CacheType.Q8),
        new EngineFacts(price, 0, digest, section.sequences()));
  }

  private static String digest(Path file) throws IOException {
    Sha256 sha = new Sha256();
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) sha.add(buffer, read);
    }
    return sha.hex();
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

  /** Whether every engine still computes. */
  boolean alive() {
    return running.values().stream().allMatch(one -> one.engine.alive());
  }

  @Override
  public void close() {
    for (Running one : running.values()) {
      one.engine.close();
      one.model.close();
    }
  }
}
