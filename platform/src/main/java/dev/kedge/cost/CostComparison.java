package dev.kedge.cost;

import dev.kedge.config.CostPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two ways of doing the same work for a month.
 *
 * @param currency of every amount
 * @param inputs everything that went in, with source and range
 * @param volume requests per month
 * @param leastServers machines that stand there whatever the volume
 * @param apiPerRequest what the commercial API bills for one request
 * @param hardware one machine's rent or write-off, per month
 * @param power one machine's electricity, per month
 * @param people hours of people, per month, the set-up spread over its months
 * @param requestsPerServer that one machine is planned to answer in a month
 * @param apiTokens per request, as the API would bill
 * @param ownTokens per request, as one's own model reads and writes
 * @param apiPerMillion price of a million of these tokens on the API
 */
public record CostComparison(
    String currency,
    List<Input> inputs,
    double volume,
    int leastServers,
    Range apiPerRequest,
    Range hardware,
    Range power,
    Range people,
    Range requestsPerServer,
    Range apiTokens,
    Range ownTokens,
    Range apiPerMillion) {
  private static final double MILLION = 1e6;

  public CostComparison {
    inputs = List.copyOf(inputs);
  }

  /** How one's own machine stands against the API at the planned volume. */
  public enum Standing {
    /** Cheaper over the whole plausible range. */
    CHEAPER,
    /** Cheaper by the best estimates, but the ranges overlap. */
    PROBABLY_CHEAPER,
    /** Not cheaper by the best estimates, but the ranges overlap. */
    UNCLEAR,
    /** Dearer over the whole plausible range. */
    DEARER
  }

  /** Compares. */
  public static CostComparison of(CostPlan plan, PriceBook book, Measured measured) {
    return new CostInputs(plan, book, measured).comparison();
  }

  /** The commercial API, per month. */
  public Range api() {
    return apiAt(volume);
  }

  /** The commercial API for this many requests per month. */
  public Range apiAt(double requests) {
    return apiPerRequest.times(requests);
  }

  /** Machines needed; fewer where one answers more. */
  public Range servers() {
    return serversAt(volume);
  }

  private Range serversAt(double requests) {
    return new Range(
        servers(requests, requestsPerServer.value()),
        servers(requests, requestsPerServer.high()),
        servers(requests, requestsPerServer.low()));
  }

  private double servers(double requests, double perServer) {
    return Math.max(leastServers, Math.ceil(requests / perServer));
  }

  /** Rent or write-off of all machines, per month. */
  public Range hardwareInAll() {
    return hardware.times(servers());
  }

  /** Electricity of all machines, per month. */
  public Range powerInAll() {
    return power.times(servers());
  }

  /** All of one's own costs, per month. */
  public Range own() {
    return ownAt(volume);
  }

  /** All of one's own costs for this many requests per month, in steps of whole machines. */
  public Range ownAt(double requests) {
    return hardware.plus(power).times(serversAt(requests)).plus(people);
  }

  /** A thousand requests on the API. */
  public Range apiPerThousand() {
    return apiPerRequest.times(1000);
  }

  /** A thousand requests on one's own machines at the planned volume. */
  public Range ownPerThousand() {
    return own().times(1000 / volume);
  }

  /** A million tokens that one's own model reads and writes, at the planned volume. */
  public Range ownPerMillion() {
    return own().over(ownTokens.times(volume / MILLION));
  }

  /** How one's own machine stands against the API. */
  public Standing standing() {
    Range own = own();
    Range api = api();
    if (own.high() < api.low()) return Standing.CHEAPER;
    if (own.low() > api.high()) return Standing.DEARER;
    return own.value() < api.value() ? Standing.PROBABLY_CHEAPER : Standing.UNCLEAR;
  }

  /**
   * The smallest number of requests per month from which one's own machines cost no more than the
   * API; empty where the API stays cheaper at any volume. The upper end of the range is infinite
   * where that is so for the least favourable inputs.
   */
  public Optional<Range> breakEven() {
    Range machine = hardware.plus(power);
    double best =
        breakEven(
            machine.value(), people.value(), apiPerRequest.value(), requestsPerServer.value());
    if (Double.isInfinite(best)) return Optional.empty();
    double low =
        breakEven(machine.low(), people.low(), apiPerRequest.high(), requestsPerServer.high());
    double high =
        breakEven(machine.high(), people.high(), apiPerRequest.low(), requestsPerServer.low());
    return Optional.of(new Range(best, low, high));
  }

  /**
   * With k machines both cost the same at (k · machine + people) / price. That counts where k
   * machines can answer as many: k · perServer. Each further machine must earn more than it costs.
   */
  private double breakEven(double machine, double people, double price, double perServer) {
    if (people + leastServers * machine == 0) return 0;
    double atLeast = (leastServers * machine + people) / price;
    if (atLeast <= leastServers * perServer) return atLeast;
    double earned = perServer * price - machine;
    if (earned <= 0) return Double.POSITIVE_INFINITY;
    double count = Math.max(leastServers, Math.ceil(people / earned));
    return (count * machine + people) / price;
  }

  /** For machines; an infinite upper end is left out. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("currency", currency);
    map.put("requestsPerMonth", volume);
    map.put("standing", standing().name().toLowerCase(java.util.Locale.ROOT));
    map.put("apiPerMonth", api());
    map.put("ownPerMonth", own());
    map.put("servers", servers());
    map.put("hardwarePerMonth", hardwareInAll());
    map.put("powerPerMonth", powerInAll());
    map.put("peoplePerMonth", people);
    map.put("apiPerThousandRequests", apiPerThousand());
    map.put("ownPerThousandRequests", ownPerThousand());
    map.put("apiPerMillionTokens", apiPerMillion);
    map.put("ownPerMillionTokens", ownPerMillion());
    breakEven()
        .ifPresent(range -> {
          Map<String, Object> ends = new LinkedHashMap<>();
          ends.put("value", range.value());
          ends.put("low", range.low());
          if (!Double.isInfinite(range.high())) ends.put("high", range.high());
          map.put("breakEvenRequestsPerMonth", ends);
        });
    map.put("inputs", inputs);
    return map;
  }
}
