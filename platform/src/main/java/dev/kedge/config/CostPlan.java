package dev.kedge.config;

/**
 * Inputs of the cost comparison. Money is in the price book's currency.
 *
 * @param requestsPerMonth expected volume; default 300,000
 * @param apiModel the commercial model that does the work today, as named in the price book
 * @param promptTokensPerRequest tokens that the commercial model needs as instructions with every
 *     request, on top of the inquiry itself: a general model must be told the schema each time;
 *     default 0
 * @param priceBook file of the price book relative to the task folder; empty takes the one that
 *     comes with Kedge
 * @param server the machine, as named in the price book
 * @param servers how many of them; default 1
 * @param utilisation share of the measured throughput that may be planned with, 0 to 1; default 0.5
 * @param setupHours people's hours once; default 40
 * @param hoursPerMonth people's hours each month; default 6
 * @param hourlyRate money per hour of people; default 75
 * @param monthsToPayBack months over which the set-up is spread; default 12
 */
public record CostPlan(
    Long requestsPerMonth,
    String apiModel,
    Integer promptTokensPerRequest,
    String priceBook,
    String server,
    Integer servers,
    Double utilisation,
    Double setupHours,
    Double hoursPerMonth,
    Double hourlyRate,
    Integer monthsToPayBack) {
  public CostPlan {
    requestsPerMonth = Check.or(requestsPerMonth, 300_000L);
    apiModel = Check.or(apiModel, "");
    promptTokensPerRequest = Check.or(promptTokensPerRequest, 0);
    priceBook = Check.or(priceBook, "");
    server = Check.or(server, "");
    servers = Check.or(servers, 1);
    utilisation = Check.range(utilisation, 0.5, 0.01, 1, "utilisation");
    setupHours = Check.range(setupHours, 40, 0, 1e6, "setup_hours");
    hoursPerMonth = Check.range(hoursPerMonth, 6, 0, 1e6, "hours_per_month");
    hourlyRate = Check.range(hourlyRate, 75, 0, 1e6, "hourly_rate");
    monthsToPayBack = Check.or(monthsToPayBack, 12);
    if (requestsPerMonth < 1 || promptTokensPerRequest < 0 || servers < 1 || monthsToPayBack < 1) {
      throw new IllegalArgumentException(
          "requests_per_month, servers and months_to_pay_back must be 1 or more,"
              + " prompt_tokens_per_request 0 or more");
    }
  }

  /** Everything at its default. */
  @SuppressWarnings(
      "NullAway") // the compact constructor turns null into the default, as for a missing key
  public static CostPlan defaults() {
    return new CostPlan(null, null, null, null, null, null, null, null, null, null, null);
  }
}
