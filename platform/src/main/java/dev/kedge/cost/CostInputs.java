package dev.kedge.cost;

import dev.kedge.config.CostPlan;
import java.util.List;

/** Gathers the inputs of a comparison, each with source and range, and what follows from them. */
final class CostInputs {
  private static final double HOURS_PER_MONTH = 730;
  private static final double SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
  private static final double MILLION = 1e6;
  private static final String TASK = "task file";

  private final CostPlan plan;
  private final PriceBook book;
  private final PriceBook.ServerPrice server;
  private final Input volume;
  private final Input inquiry;
  private final Input instructions;
  private final Input answer;
  private final Input capacity;
  private final Input utilisation;
  private final Input setup;
  private final Input hours;
  private final Input rate;
  private final Input in;
  private final Input out;
  private final Input hardware;
  private final Input power;

  CostInputs(CostPlan plan, PriceBook book, Measured measured) {
    this.plan = plan;
    this.book = book;
    this.server = book.server(plan.server());
    volume = Input.exact("requests per month", plan.requestsPerMonth(), "", TASK);
    // Another tokenizer cuts the same text differently: the largest doubt about a price per token.
    inquiry =
        Input.within(
            "prompt tokens per request", measured.promptTokens(), 0.2, "tokens", measured.source());
    instructions =
        Input.within(
            "instructions that the API model needs with each request",
            plan.promptTokensPerRequest(),
            0.2,
            "tokens",
            TASK);
    answer =
        Input.within(
            "answer tokens per request",
            measured.completionTokens(),
            0.2,
            "tokens",
            measured.source());
    capacity =
        Input.within(
            "answers per second of one machine",
            measured.answersPerSecond(),
            0.15,
            "1/s",
            measured.source() + "; assumed to hold for " + plan.server() + " too");
    utilisation = Input.exact("share of it to plan with", plan.utilisation(), "", TASK);
    setup = Input.within("set-up", plan.setupHours(), 0.3, "hours once", TASK);
    hours = Input.within("upkeep", plan.hoursPerMonth(), 0.3, "hours per month", TASK);
    rate = Input.exact("people", plan.hourlyRate(), book.currency() + " per hour", TASK);
    PriceBook.ApiPrice price = book.api(plan.apiModel());
    String perMillion = book.currency() + " per million tokens";
    in = Input.exact(plan.apiModel() + " prompt", price.input(), perMillion, source(price));
    out = Input.exact(plan.apiModel() + " answer", price.output(), perMillion, source(price));
    hardware = hardware();
    power = power();
  }

  CostComparison comparison() {
    Range prompt = Range.of(inquiry).plus(Range.of(instructions));
    Range perRequest =
        prompt.times(in.value() / MILLION).plus(Range.of(answer).times(out.value() / MILLION));
    Range people =
        Range.of(hours)
            .plus(Range.of(setup).times(1.0 / plan.monthsToPayBack()))
            .times(rate.value());
    return new CostComparison(
        book.currency(),
        inputs(),
        volume.value(),
        plan.servers(),
        perRequest,
        Range.of(hardware),
        Range.of(power),
        people,
        Range.of(capacity).times(utilisation.value() * SECONDS_PER_MONTH),
        prompt.plus(Range.of(answer)),
        Range.of(inquiry).plus(Range.of(answer)),
        perMillion(prompt, Range.of(answer)));
  }

  /** Only the mix of prompt and answer moves the price of a million tokens, not their number. */
  private Range perMillion(Range prompt, Range answer) {
    double dearest = mixed(prompt.low(), answer.high());
    double cheapest = mixed(prompt.high(), answer.low());
    return new Range(
        mixed(prompt.value(), answer.value()),
        Math.min(cheapest, dearest),
        Math.max(cheapest, dearest));
  }

  private double mixed(double prompt, double answer) {
    if (prompt + answer == 0) return in.value();
    return (prompt * in.value() + answer * out.value()) / (prompt + answer);
  }

  private List<Input> inputs() {
    return List.of(
        volume,
        inquiry,
        instructions,
        answer,
        in,
        out,
        hardware,
        power,
        Input.exact("machines at least", plan.servers(), "", TASK),
        capacity,
        utilisation,
        setup,
        Input.exact("set-up spread over", plan.monthsToPayBack(), "months", TASK),
        hours,
        rate);
  }

  private static String source(PriceBook.ApiPrice price) {
    return price.source() + ", as of " + price.asOf();
  }

  /** Rent is known; a purchase is an estimate until it is made. */
  private Input hardware() {
    double rent = server.hourly() * HOURS_PER_MONTH;
    double writeOff = server.purchase() == 0 ? 0 : server.purchase() / server.lifetimeMonths();
    return Input.within(
        plan.server() + ", one machine (" + server.description() + ")",
        rent + writeOff,
        server.purchase() > 0 ? 0.2 : 0,
        book.currency() + " per month",
        server.source() + ", as of " + server.asOf());
  }

  private Input power() {
    double amount = server.watts() / 1000 * HOURS_PER_MONTH * book.power().perKwh();
    String how =
        server.watts() == 0
            ? "covered by the rent"
            : Range.amount(server.watts())
                + " W around the clock at "
                + Range.amount(book.power().perKwh())
                + " per kWh ("
                + book.power().source()
                + ", as of "
                + book.power().asOf()
                + ")";
    return Input.within(
        "electricity of one machine", amount, 0.2, book.currency() + " per month", how);
  }
}
