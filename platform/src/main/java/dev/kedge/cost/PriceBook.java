package dev.kedge.cost;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.CostPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Prices with their date and source.
 *
 * @param currency of every amount
 * @param apis commercial models by name
 * @param servers machines by name, rented or bought
 * @param power electricity
 */
public record PriceBook(
    String currency,
    Map<String, ApiPrice> apis,
    Map<String, ServerPrice> servers,
    PowerPrice power) {
  public PriceBook {
    if (currency == null || apis == null || servers == null || power == null) {
      throw new IllegalArgumentException("a price book needs currency, apis, servers and power");
    }
    apis = Map.copyOf(apis);
    servers = Map.copyOf(servers);
  }

  /**
   * A commercial model.
   *
   * @param input per million prompt tokens
   * @param output per million generated tokens
   * @param asOf date of the price, ISO
   * @param source where it stands
   */
  public record ApiPrice(double input, double output, String asOf, String source) {
    public ApiPrice {
      checkSourced(asOf, source);
      checkAmounts(input, output);
    }
  }

  /**
   * A machine: rented by the hour, or bought and powered.
   *
   * @param hourly rent; 0 where it is bought
   * @param purchase price; 0 where it is rented
   * @param lifetimeMonths over which a purchase is spread
   * @param watts drawn on average; 0 where the rent covers it
   * @param description for people
   */
  public record ServerPrice(
      double hourly,
      double purchase,
      int lifetimeMonths,
      double watts,
      String description,
      String asOf,
      String source) {
    public ServerPrice {
      checkSourced(asOf, source);
      description = description == null ? "" : description;
      checkAmounts(hourly, purchase, watts);
      if (purchase > 0 && lifetimeMonths < 1) {
        throw new IllegalArgumentException(
            "a server needs an hourly rent, or a purchase price and lifetime_months");
      }
      if (hourly == 0 && purchase == 0)
        throw new IllegalArgumentException("a server without a price");
    }
  }

  /** Electricity, per kilowatt-hour. */
  public record PowerPrice(double perKwh, String asOf, String source) {
    public PowerPrice {
      checkSourced(asOf, source);
      checkAmounts(perKwh);
    }
  }

  private static void checkAmounts(double... amounts) {
    for (double amount : amounts) {
      if (!(amount >= 0 && amount < 1e12)) {
        throw new IllegalArgumentException("an amount must be 0 or more, not " + amount);
      }
    }
  }

  private static void checkSourced(String asOf, String source) {
    if (asOf == null || !asOf.matches("\\d{4}-\\d{2}-\\d{2}")) {
      throw new IllegalArgumentException("as_of must be a date such as 2026-06-21, not " + asOf);
    }
    if (source == null || source.isBlank())
      throw new IllegalArgumentException("a price without a source");
  }

  /** The book that a task names, looked for in {@code folder}; else the one of Kedge. */
  public static PriceBook of(CostPlan plan, Path folder) throws IOException {
    if (plan.priceBook().isEmpty()) return bundled();
    Path file = folder.resolve(plan.priceBook());
    if (!Files.isRegularFile(file)) throw KedgeException.invalid("no price book at " + file);
    return read(file);
  }

  /** Reads a file. */
  public static PriceBook read(Path file) throws IOException {
    return ConfigFile.read(file, PriceBook.class);
  }

  /** The book that comes with Kedge. */
  public static PriceBook bundled() {
    return ConfigFile.parse(bundledText(), "prices.yaml", PriceBook.class);
  }

  /** The text of the book that comes with Kedge, to start one's own from. */
  public static String bundledText() {
    try (InputStream in = PriceBook.class.getResourceAsStream("prices.yaml")) {
      if (in == null) throw new IllegalStateException("the jar lacks prices.yaml");
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The price of a commercial model. */
  public ApiPrice api(String name) {
    ApiPrice price = apis.get(name);
    if (price == null)
      throw unknown("commercial model", name, apis.keySet().stream().sorted().toList());
    return price;
  }

  /** The price of a machine. */
  public ServerPrice server(String name) {
    ServerPrice price = servers.get(name);
    if (price == null) throw unknown("server", name, servers.keySet().stream().sorted().toList());
    return price;
  }

  private static KedgeException unknown(String kind, String name, List<String> known) {
    return KedgeException.invalid(
        "the price book has no "
            + kind
            + " '"
            + name
            + "'; it knows: "
            + String.join(", ", known)
            + " (kedge cost --print-prices shows it; copy, edit and name it as cost.price_book)");
  }
}
