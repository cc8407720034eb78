package dev.kedge.cost;

import dev.kedge.config.CostPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two ways of doing the same work for a month.
 *
 * @param currency of every amount
 * @param inputs everything that went in, with source and range
 * @param servers machines needed
 * @param api the commercial API, per month
 * @param machines rent or write-off and power, per month
 * @param people hours of people, per month, the set-up spread over its months
 * @param apiPerMillion per million tokens, as billed by the API
 * @param ownPerMillion per million of the same tokens
 * @param breakEven requests per month at which both cost the same; empty where the API is cheaper
 *     per request whatever the volume
 */
public record CostComparison(
    String currency,
    List<Input> inputs,
    long servers,
    Range api,
    Range machines,
    Range people,
    Range apiPerMillion,
    Range ownPerMillion,
    Optional<Range> breakEven) {
  private static final double HOURS_PER_MONTH = 730;
  private static final double SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
  private static final double MILLION = 1e6;

  public CostComparison {
    inputs = List.copyOf(inputs);
  }

  /** All of one's own costs, per month. */
  public Range own() {
    return machines.plus(people);
  }

  /**
   * Whether one's own machine is cheaper ({@code 1}), dearer ({@code -1}), or the ranges overlap
   * ({@code 0}).
   */
  public int ownIsCheaper() {
    if (own().high() < api.low()) return 1;
    return own().low() > api.high() ? -1 : 0;
  }

  /** Compares. */
  public static CostComparison of(CostPlan plan, PriceBook book, Measured measured) {
    PriceBook.ApiPrice price = book.api(plan.apiModel());
    PriceBook.ServerPrice server = book.server(plan.server());
    String task = "task file";
    Input volume = Input.exact("requests per month", plan.requestsPerMonth(), "", task);
    // Another tokenizer cuts the same text differently, which is the largest doubt about a price
    // per token.
    Input inquiry =
        Input.within(
            "prompt tokens per request", measured.promptTokens(), 0.2, "tokens", measured.source());
    Input instructions =
        Input.within(
            "instructions that the commercial model needs with each request",
            plan.promptTokensPerRequest(),
            0.2,
            "tokens",
            task);
    Input answer =
        Input.within(
            "answer tokens per request",
            measured.completionTokens(),
            0.2,
            "tokens",
            measured.source());
    Input capacity =
        Input.within(
            "answers per second of one machine",
            measured.answersPerSecond(),
            0.15,
            "1/s",
            measured.source());
    Input utilisation = Input.exact("share of it to plan with", plan.utilisation(), "", task);
    Input setup = Input.within("set-up", plan.setupHours(), 0.3, "hours once", task);
    Input hours = Input.within("upkeep", plan.hoursPerMonth(), 0.3, "hours per month", task);
    Input rate = Input.exact("people", plan.hourlyRate(), book.currency() + " per hour", task);
    String apiSource = price.source() + ", as of " + price.asOf();
    Input in =
        Input.exact(
            plan.apiModel() + " prompt",
            price.input(),
            book.currency() + " per million tokens",
            apiSource);
    Input out =
        Input.exact(
            plan.apiModel() + " answer",
            price.output(),
            book.currency() + " per million tokens",
            apiSource);
    Input machine = machine(plan.server(), server, book);

    Range promptTokens = Range.of(inquiry).plus(Range.of(instructions));
    Range perRequest =
        promptTokens
            .times(in.value() / MILLION)
            .plus(Range.of(answer).times(out.value() / MILLION));
    Range api = perRequest.times(volume.value());
    double possible = capacity.value() * utilisation.value() * SECONDS_PER_MONTH;
    long servers = Math.max(plan.servers(), (long) Math.ceil(volume.value() / possible));
    Range machines = Range.of(machine).times(servers);
    Range people =
        Range.of(hours)
            .plus(Range.of(setup).times(1.0 / plan.monthsToPayBack()))
            .times(rate.value());
    Range tokens = promptTokens.plus(Range.of(answer)).times(volume.value() / MILLION);
    List<Input> inputs =
        new ArrayList<>(
            List.of(
                volume,
                inquiry,
                instructions,
                answer,
                in,
                out,
                machine,
                capacity,
                utilisation,
                setup,
                hours,
                rate));
    inputs.add(Input.exact("set-up spread over", plan.monthsToPayBack(), "months", task));
    return new CostComparison(
        book.currency(),
        inputs,
        servers,
        api,
        machines,
        people,
        api.times(1 / tokens.value()),
        machines.plus(people).times(1 / tokens.value()),
        breakEven(machines.plus(people), perRequest, Range.of(machine), possible));
  }

  private static Input machine(String name, PriceBook.ServerPrice server, PriceBook book) {
    double rent = server.hourly() * HOURS_PER_MONTH;
    double writeOff = server.purchase() == 0 ? 0 : server.purchase() / server.lifetimeMonths();
    double power = server.watts() / 1000 * HOURS_PER_MONTH * book.power().perKwh();
    double doubt = server.hourly() > 0 ? 0 : 0.2;
    String powered =
        server.watts() > 0
            ? ", with " + Range.amount(power) + " of power (" + book.power().source() + ")"
            : "";
    return Input.within(
        name + " (" + server.description() + ")",
        rent + writeOff + power,
        doubt,
        book.currency() + " per month",
        server.source() + ", as of " + server.asOf() + powered);
  }

  /**
   * The volume at which the API costs as much as one's own machines: fixed costs over price per
   * request, in steps of whole machines.
   */
  private static Optional<Range> breakEven(
      Range own, Range perRequest, Range machine, double possible) {
    if (machine.value() / possible >= perRequest.value()) return Optional.empty();
    return Optional.of(own.over(perRequest));
  }

  /** For machines. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("currency", currency);
    map.put("servers", servers);
    map.put("apiPerMonth", api);
    map.put("ownPerMonth", own());
    map.put("machinesPerMonth", machines);
    map.put("peoplePerMonth", people);
    map.put("apiPerMillionTokens", apiPerMillion);
    map.put("ownPerMillionTokens", ownPerMillion);
    breakEven.ifPresent(range -> map.put("breakEvenRequestsPerMonth", range));
    map.put("inputs", inputs);
    return map;
  }
}
