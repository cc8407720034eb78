package dev.kedge.app;

import dev.kedge.access.Access;
import dev.kedge.access.Principal;
import dev.kedge.backend.upstream.Upstream;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.TokenPrice;
import dev.kedge.base.Watchdog;
import dev.kedge.config.EngineSection;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.SecretReference;
import dev.kedge.config.ServerSection;
import dev.kedge.config.Tenant;
import dev.kedge.config.Upstreams;
import dev.kedge.console.Console;
import dev.kedge.console.ConsoleParts;
import dev.kedge.engine.EngineStats;
import dev.kedge.engine.ModelInfo;
import dev.kedge.eval.data.Datasets;
import dev.kedge.gate.GateDesk;
import dev.kedge.gateway.Gateway;
import dev.kedge.gateway.GatewayParts;
import dev.kedge.http.HttpOptions;
import dev.kedge.http.HttpServer;
import dev.kedge.label.Labelling;
import dev.kedge.limit.Budgets;
import dev.kedge.limit.Rates;
import dev.kedge.observe.CallLog;
import dev.kedge.observe.Metrics;
import dev.kedge.rollout.GateApproval;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.rollout.Rollouts;
import dev.kedge.route.Balancer;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.HttpPages;
import dev.kedge.route.Pool;
import dev.kedge.route.RetryPolicy;
import dev.kedge.store.Store;
import dev.kedge.usage.Meter;
import dev.kedge.usage.MeterOptions;
import dev.kedge.usage.Retention;
import dev.kedge.usage.UsageStore;
import dev.kedge.usage.capture.Capture;
import dev.kedge.usage.capture.PersonalData;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A gateway with its models, served over HTTP. Any thread may call any method. */
public final class Platform implements AutoCloseable {
  private static final int MOST_SUBJECTS = 100_000;
  private static final int ENGINE_PLACES = 1_024;

  private final Closing closing;
  private final Engines engines;
  private final Gateway gateway;
  private final HttpServer server;
  private final Duration grace;
  private final @Nullable Access access;
  private boolean closed;

  private Platform(
      Closing closing,
      Engines engines,
      Gateway gateway,
      HttpServer server,
      Duration grace,
      @Nullable Access access) {
    this.closing = closing;
    this.engines = engines;
    this.gateway = gateway;
    this.server = server;
    this.grace = grace;
    this.access = access;
  }

  /**
   * Loads one model and starts to listen; calls are taken when this returns. Nothing is stored.
   *
   * @throws dev.kedge.engine.weights.FormatException if the model file is broken
   * @throws KedgeException if the address cannot be taken
   */
  public static Platform start(PlatformOptions options) throws IOException {
    return start(options, StartProgress.SILENT);
  }

  /* Before a model is loaded, which takes its time. */
  private static void requireFolder(Path data) {
    String reason;
    try {
      Files.createDirectories(data);
      if (Files.isWritable(data)) return;
      reason = "not allowed";
    } catch (AccessDeniedException e) {
      reason = "not allowed";
    } catch (FileAlreadyExistsException e) {
      reason = "it is a file";
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    }
    throw new KedgeException(
        new Failure.Broken(
            "cannot write to the data folder "
                + data
                + ": "
                + reason
                + "; set 'data' in the configuration to a folder on a local disk that this user"
                + " may write",
            "cannot_write",
            false));
  }

  /** The same, telling how far it is. */
  public static Platform start(PlatformOptions options, StartProgress progress) throws IOException {
    Closing closing = new Closing();
    try {
      HttpServer.requireAddress(options.http());
      Engines engines = closing.add(new Engines(progress));
      engines.start(
          options.modelName(),
          options.modelFile(),
          options.engine(),
          TokenPrice.FREE,
          ENGINE_PLACES,
          options.verify());
      Principal anybody = Principal.anonymous(Tenant.plain("default"));
      Storage storage =
          new Storage(
              _ -> anybody, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
      Metrics metrics = new Metrics();
      CallLog log = new CallLog(false);
      Gateway gateway = gateway(closing, engines, storage, metrics, log, options.deadline());
      gateway.reload(new Upstreams(List.of(), List.of()), Path.of("."));
      HttpServer server =
          closing.add(
              HttpServer.start(
                  options.http(), gateway, Optional.of(metrics), engines::alive, Optional.empty()));
      return new Platform(closing, engines, gateway, server, options.grace(), null);
    } catch (RuntimeException | IOException | Error e) {
      closing.close();
      throw e;
    }
  }

  /**
   * Starts what a configuration declares; calls are taken when this returns.
   *
   * @param folder to which its paths are relative
   * @throws KedgeException if something that it names cannot be had
   */
  public static Platform start(KedgeFile file, Path folder) throws IOException {
    return start(file, folder, StartProgress.SILENT);
  }

  /** The same, telling how far it is. */
  public static Platform start(KedgeFile file, Path folder, StartProgress progress)
      throws IOException {
    Closing closing = new Closing();
    try {
      boolean loopback = InetAddress.getByName(file.server().host()).isLoopbackAddress();
      HttpOptions options = http(file, folder, loopback);
      HttpServer.requireAddress(options);
      Path data = file.dataFolder(folder);
      requireFolder(data);
      Engines engines = closing.add(new Engines(progress));
      for (EngineSection section : file.engine()) engines.start(section, folder);
      InstantSource clock = InstantSource.system();
      Store store =
          closing.add(
              Store.open(
                  file.storeUrl(folder),
                  file.store().password().map(SecretReference::read).orElse("")));
      Access access =
          closing.add(Access.open(file.access(), file.tenants(), loopback, store, clock));
      Budgets budgets = closing.add(new Budgets(store, clock, hostName()));
      UsageStore usage = new UsageStore(store);
      Meter meter =
          closing.add(Meter.open(data.resolve("journal"), usage, MeterOptions.defaults()));
      file.store().keepUsage().ifPresent(keep -> closing.add(Retention.start(usage, keep, clock)));
      Capture capture =
          closing.add(
              Capture.open(data.resolve("captures"), file.capture(), new PersonalData(), clock));
      GateDesk gates = new GateDesk(store, data, clock);
      Rollouts rollouts = closing.add(Rollouts.start(store, data, clock, new GateApproval(gates)));
      Storage storage =
          new Storage(
              access::authenticate,
              Optional.of(budgets),
              Optional.of(meter),
              Optional.of(capture),
              Optional.of(rollouts));
      ServerSection server = file.server();
      Metrics metrics = new Metrics();
      CallLog log = new CallLog(server.logCalls());
      Gateway gateway = gateway(closing, engines, storage, metrics, log, server.deadline());
      gateway.reload(file.routes(), folder);
      HttpServer http =
          closing.add(
              HttpServer.start(
                  options,
                  gateway,
                  server.metrics() ? Optional.of(metrics) : Optional.empty(),
                  engines::alive,
                  console(file, folder, access, loopback, gateway, engines, store, clock)));
      return new Platform(closing, engines, gateway, http, server.grace(), access);
    } catch (RuntimeException | IOException | Error e) {
      closing.close();
      throw e;
    }
  }

  /** What is there where there is a store. */
  private record Storage(
      Function<String, Principal> access,
      Optional<Budgets> budgets,
      Optional<Meter> meter,
      Optional<Capture> capture,
      Optional<Rollouts> rollouts) {}

  private static Gateway gateway(
      Closing closing,
      Engines engines,
      Storage storage,
      Metrics metrics,
      CallLog log,
      Duration longest) {
    SecureRandom random = new SecureRandom();
    Watchdog watchdog = closing.add(new Watchdog());
    Balancer balancer = new Balancer(Balancer.DEFAULT_BLOCKS, random.nextLong());
    Pool pool =
        closing.add(
            new Pool(
                engines.backends(),
                section -> new Upstream(section, Platform::tls, watchdog),
                closing.add(new HttpPages()),
                balancer,
                System::nanoTime));
    pool.watch();
    Gateway gateway =
        closing.add(
            new Gateway(
                new GatewayParts(
                    storage.access,
                    new Rates(System::nanoTime, MOST_SUBJECTS),
                    storage.budgets,
                    pool,
                    new Dispatcher(
                        balancer,
                        RetryPolicy.DEFAULT,
                        System::nanoTime,
                        (upstream, why) -> metrics.upstreamFailed(upstream, why.status())),
                    metrics,
                    storage.meter,
                    storage.capture,
                    storage.rollouts,
                    log,
                    engines.facts(),
                    InstantSource.system(),
                    random,
                    longest)));
    Gauges.register(metrics, pool, gateway, engines, storage.meter, storage.capture);
    storage.rollouts.ifPresent(rollouts -> RolloutGauges.register(metrics, rollouts));
    return gateway;
  }

  /* The JDK makes it once. */
  private static SSLSocketFactory tls() {
    return (SSLSocketFactory) SSLSocketFactory.getDefault();
  }

  private static Optional<Console> console(
      KedgeFile file,
      Path folder,
      Access access,
      boolean loopback,
      Gateway gateway,
      Engines engines,
      Store store,
      InstantSource clock) {
    if (!file.console().enabled()) return Optional.empty();
    // Beyond this machine nobody comes in without a key, even where calls need none.
    BooleanSupplier open = () -> loopback && !access.isRequired();
    return Optional.of(
        new Console(
            new ConsoleParts(
                file.console().in(folder),
                access::authenticate,
                open,
                gateway,
                engines::alive,
                Optional.of(new UsageStore(store)),
                new Labelling(store, clock),
                new Datasets(file.dataFolder(folder), store, clock),
                new GateDesk(store, file.dataFolder(folder), clock),
                new RolloutDesk(store, file.dataFolder(folder), clock),
                file.dataFolder(folder),
                clock,
                new SecureRandom())));
  }

  private static HttpOptions http(KedgeFile file, Path folder, boolean loopback) {
    ServerSection server = file.server();
    return HttpOptions.of(server, file.access().isRequired(loopback), folder);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "node";
    }
  }

  /**
   * Takes over another configuration: upstreams, models, tiers, tenants and access. What the server
   * listens on, the store, engine models and captures stay as they began.
   *
   * @throws KedgeException naming what is wrong, and then everything stays as it was
   */
  public synchronized void reload(KedgeFile file, Path folder) throws IOException {
    if (access == null) throw new IllegalStateException("started without a configuration");
    boolean loopback = InetAddress.getByName(file.server().host()).isLoopbackAddress();
    gateway.reload(file.routes(), folder);
    access.reload(file.access(), file.tenants(), loopback);
  }

  /**
   * Lets engines compute a little before the first call comes, so that it is answered as fast as
   * later ones; returns at once, and delays no call.
   */
  public void warmUp() {
    engines.warmUp();
  }

  /** The base URL for clients. */
  public String url() {
    return server.url();
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** The models that can be called, in alphabetical order. */
  public List<String> models() {
    return gateway.names();
  }

  /** What the file of an engine's model holds. */
  public ModelInfo info(String model) {
    return engines.get(model).model().info();
  }

  /** Which arithmetic runs a model, and why. */
  public String kernels(String model) {
    return engines.get(model).engine().kernels();
  }

  /** Longest prompt plus answer in tokens. */
  public int contextLength(String model) {
    return engines.get(model).engine().contextLength();
  }

  /** An engine's counters. */
  public EngineStats stats(String model) {
    return engines.get(model).engine().stats();
  }

  /** Bytes of the heap that engines took for keys and values, to keep them. */
  public long cacheBytesHeld() {
    return engines.stats().values().stream().mapToLong(EngineStats::cacheBytesHeld).sum();
  }

  /**
   * Takes no new calls, lets the running ones finish within the grace time, cancels the rest and
   * frees everything.
   */
  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    try {
      gateway.drain(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closing.close();
    }
  }
}
