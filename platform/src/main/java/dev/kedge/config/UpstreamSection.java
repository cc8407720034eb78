package dev.kedge.config;

import dev.kedge.base.TokenPrice;
import dev.kedge.call.Dialect;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One server or service that answers calls, under {@code upstreams}.
 *
 * @param name unique; in headers, metrics and records
 * @param url base address of its API up to and with {@code /v1}, http or https
 * @param dialect the API that it speaks; default that of its kind
 * @param kind what answers there; default anthropic where the dialect is, openai otherwise
 * @param key where its API key lies; none is sent without
 * @param region tag for records and rules; default empty
 * @param headers sent along with every call; not for secrets
 * @param limits calls at a time
 * @param timeouts how long is waited for what
 * @param models that it serves, at least one
 * @param health probing
 * @param breaker when it is left alone for a while
 * @param metrics reading of its own numbers
 */
public record UpstreamSection(
    String name,
    String url,
    Dialect dialect,
    UpstreamKind kind,
    Optional<SecretReference> key,
    String region,
    Map<String, String> headers,
    Limits limits,
    Timeouts timeouts,
    List<Served> models,
    Health health,
    BreakerSection breaker,
    MetricsPage metrics) {
  private static final String VERSION_SUFFIX = "/v1";

  public UpstreamSection {
    name = Check.name(name, "name");
    url = address(Check.required(url, "url"));
    kind =
        Check.or(kind, dialect == Dialect.ANTHROPIC ? UpstreamKind.ANTHROPIC : UpstreamKind.OPENAI);
    dialect = Check.or(dialect, kind.dialect());
    key = Check.or(key, Optional.empty());
    region = Check.or(region, "");
    headers = Map.copyOf(Check.or(headers, Map.of()));
    limits = Check.or(limits, Limits.DEFAULT);
    timeouts = Check.or(timeouts, Timeouts.DEFAULT);
    models = List.copyOf(Check.required(models, "models"));
    if (models.isEmpty()) {
      throw new IllegalArgumentException(
          "the upstream '" + name + "' serves no model; name at least one under 'models'");
    }
    Set<String> names = new HashSet<>();
    for (Served model : models) {
      if (!names.add(model.name())) {
        throw new IllegalArgumentException(
            "the upstream '" + name + "' names the model '" + model.name() + "' twice");
      }
    }
    health = Check.or(health, Health.DEFAULT).orPath(kind.healthPath());
    breaker = Check.or(breaker, BreakerSection.DEFAULT);
    metrics = Check.or(metrics, MetricsPage.DEFAULT).orPath(kind.metricsPath());
  }

  private static String address(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme();
      boolean http = "http".equals(scheme) || "https".equals(scheme);
      if (http
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "url must be http:// or https:// with a host and a path at most, as in"
            + " http://10.0.0.5:8000/v1");
  }

  /**
   * An address on the server.
   *
   * @param path from the server's root, which is the base address without {@code /v1}; a whole
   *     address stays as it is
   */
  public URI onServer(String path) {
    if (!path.startsWith("/")) return URI.create(path);
    String root =
        url.endsWith(VERSION_SUFFIX)
            ? url.substring(0, url.length() - VERSION_SUFFIX.length())
            : url;
    return URI.create(root + path);
  }

  /** The model that callers know by this name, if this upstream serves it. */
  public Optional<Served> model(String model) {
    for (Served served : models) if (served.name().equals(model)) return Optional.of(served);
    return Optional.empty();
  }

  /**
   * How much at a time.
   *
   * @param concurrency calls at a time; further ones go elsewhere or wait; default 256
   */
  public record Limits(Integer concurrency) {
    static final Limits DEFAULT = new Limits(256);

    public Limits {
      concurrency = Check.range(concurrency, 256, 1, 1_000_000, "concurrency");
    }
  }

  /**
   * How long is waited.
   *
   * @param connect for a connection; default 2s
   * @param firstToken for the first part of an answer; default 60s
   * @param betweenTokens for the next part; default 20s
   * @param total for the whole answer; default 10m
   */
  public record Timeouts(
      Duration connect, Duration firstToken, Duration betweenTokens, Duration total) {
    static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            Duration.ofMinutes(10));

    public Timeouts {
      connect = Check.positive(connect, Duration.ofSeconds(2), "connect");
      firstToken = Check.positive(firstToken, Duration.ofSeconds(60), "first_token");
      betweenTokens = Check.positive(betweenTokens, Duration.ofSeconds(20), "between_tokens");
      total = Check.positive(total, Duration.ofMinutes(10), "total");
    }
  }

  /**
   * A model of the upstream.
   *
   * @param name under which callers ask for it
   * @param id under which the upstream knows it; default the name
   * @param price what its tokens cost; default nothing, for servers of one's own
   * @param context tokens of prompt and answer together; 0, the default, where it is not known
   */
  public record Served(String name, String id, Price price, Integer context) {
    public Served {
      name = Check.required(name, "name");
      id = Check.or(id, name);
      price = Check.or(price, Price.FREE);
      context = Check.range(context, 0, 0, Integer.MAX_VALUE, "context");
    }
  }

  /**
   * Dollars per million tokens.
   *
   * @param input of the prompt
   * @param cached of the prompt, found in a cache; default as input
   * @param cacheWrite of the prompt, written to a cache; default as input
   * @param output of the answer
   */
  public record Price(
      BigDecimal input, BigDecimal cached, BigDecimal cacheWrite, BigDecimal output) {
    public static final Price FREE =
        new Price(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    public Price {
      input = amount(Check.required(input, "input"), "input");
      cached = amount(Check.or(cached, input), "cached");
      cacheWrite = amount(Check.or(cacheWrite, input), "cache_write");
      output = amount(Check.required(output, "output"), "output");
    }

    private static BigDecimal amount(BigDecimal dollars, String key) {
      if (dollars.signum() >= 0 && dollars.compareTo(BigDecimal.valueOf(1_000_000)) <= 0) {
        return dollars;
      }
      throw new IllegalArgumentException(
          key + " is dollars per million tokens, from 0 to 1000000, not " + dollars);
    }

    /** The same as a price per token. */
    public TokenPrice perToken() {
      return TokenPrice.perMillion(input, cached, cacheWrite, output);
    }
  }

  /**
   * Probing: a GET that succeeds where the server is well.
   *
   * @param path from the server's root, or a whole address; default that of the kind; {@code none}
   *     turns probing off
   * @param interval between probes, a tenth more or less; default 5s
   * @param timeout of one probe; default 2s
   * @param failures in a row after which it counts as down; default 2
   */
  public record Health(
      @Nullable String path, Duration interval, Duration timeout, Integer failures) {
    static final Health DEFAULT = new Health(null, Duration.ofSeconds(5), Duration.ofSeconds(2), 2);

    public Health {
      path = onServerPath(path);
      interval = Check.positive(interval, Duration.ofSeconds(5), "interval");
      timeout = Check.positive(timeout, Duration.ofSeconds(2), "timeout");
      failures = Check.range(failures, 2, 1, 100, "failures");
    }

    Health orPath(String fallback) {
      return path == null ? new Health(fallback, interval, timeout, failures) : this;
    }

    /** Where to probe, if at all. */
    public Optional<String> probed() {
      return path == null || path.isEmpty() ? Optional.empty() : Optional.of(path);
    }
  }

  /**
   * The server's own numbers, for balancing.
   *
   * @param path from the server's root, or a whole address where another port has them, as with
   *     Triton; default that of the kind; {@code none} turns reading off
   * @param interval between readings, a tenth more or less; default 1s
   */
  public record MetricsPage(@Nullable String path, Duration interval) {
    static final MetricsPage DEFAULT = new MetricsPage(null, Duration.ofSeconds(1));

    public MetricsPage {
      path = onServerPath(path);
      interval = Check.positive(interval, Duration.ofSeconds(1), "interval");
    }

    MetricsPage orPath(String fallback) {
      return path == null ? new MetricsPage(fallback, interval) : this;
    }

    /** Where to read, if at all. */
    public Optional<String> read() {
      return path == null || path.isEmpty() ? Optional.empty() : Optional.of(path);
    }
  }

  private static @Nullable String onServerPath(@Nullable String path) {
    if (path == null || path.isEmpty()) return path;
    if (path.equals("none")) return "";
    try {
      URI uri = new URI(path);
      if (path.startsWith("/") && !path.startsWith("//")) return path;
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getRawUserInfo() == null) return path;
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "path must begin with / (from the server's root), be a whole http address, or be none, not"
            + " '"
            + path
            + "'");
  }
}
