package dev.kedge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kedge.config.CostPlan;
import dev.kedge.cost.CostComparison.Standing;
import dev.kedge.cost.PriceBook.ApiPrice;
import dev.kedge.cost.PriceBook.PowerPrice;
import dev.kedge.cost.PriceBook.ServerPrice;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CostComparisonTest {
  private static final Offset<Double> CENT = within(0.005);
  private static final String DAY = "2026-01-31";

  private static final PriceBook BOOK =
      new PriceBook(
          "EUR",
          Map.of("api", new ApiPrice(2, 8, DAY, "invoice")),
          Map.of(
              "rented", new ServerPrice(0.10, 0, 0, 0, "", DAY, "offer"),
              "dear", new ServerPrice(1000 / 730.0, 0, 0, 0, "", DAY, "offer"),
              "bought", new ServerPrice(0, 2400, 48, 100, "", DAY, "quotation")),
          new PowerPrice(0.30, DAY, "contract"));

  private static CostPlan plan(long requests, String server, int servers) {
    return new CostPlan(requests, "api", 900, "", server, servers, 0.5, 40.0, 6.0, 75.0, 12);
  }

  private static CostComparison compare(long requests, String server, double answersPerSecond) {
    return CostComparison.of(
        plan(requests, server, 1), BOOK, new Measured(100, 50, answersPerSecond, "test"));
  }

  @Test
  void aRentedMachineIsCalculatedToTheCent() {
    CostComparison c = compare(1_000_000, "rented", 10);
    // 1000 prompt tokens at 2 per million and 50 answer tokens at 8: 0.0024 per request.
    assertThat(c.api().value()).isCloseTo(2400.00, CENT);
    assertThat(c.api().low()).isCloseTo(1920.00, CENT);
    assertThat(c.api().high()).isCloseTo(2880.00, CENT);
    // 730 hours at 0.10; 6 hours and a twelfth of 40 at 75.
    assertThat(c.hardwareInAll().value()).isCloseTo(73.00, CENT);
    assertThat(c.powerInAll().value()).isZero();
    assertThat(c.people().value()).isCloseTo(700.00, CENT);
    assertThat(c.own().value()).isCloseTo(773.00, CENT);
    assertThat(c.own().low()).isCloseTo(73 + 490, CENT);
    assertThat(c.own().high()).isCloseTo(73 + 910, CENT);
    assertThat(c.standing()).isEqualTo(Standing.CHEAPER);
    // 1050 million tokens billed; one's own model needs no instructions and has 150 million.
    assertThat(c.apiPerMillion().value()).isCloseTo(2400.0 / 1050, CENT);
    assertThat(c.ownPerMillion().value()).isCloseTo(773.0 / 150, CENT);
    assertThat(c.apiPerThousand().value()).isCloseTo(2.40, CENT);
    assertThat(c.ownPerThousand().value()).isCloseTo(0.77, CENT);
    Range even = c.breakEven().orElseThrow();
    assertThat(even.value()).isCloseTo(773 / 0.0024, within(0.5));
    assertThat(even.low()).isCloseTo(563 / 0.00288, within(0.5));
    assertThat(even.high()).isCloseTo(983 / 0.00192, within(0.5));
  }

  @Test
  void aBoughtMachineIsWrittenOffAndPowered() {
    CostComparison c = compare(1_000_000, "bought", 10);
    assertThat(c.hardwareInAll().value()).isCloseTo(50.00, CENT);
    assertThat(c.hardwareInAll().low()).isCloseTo(40.00, CENT);
    // 0.1 kW for 730 hours at 0.30.
    assertThat(c.powerInAll().value()).isCloseTo(21.90, CENT);
    assertThat(c.own().value()).isCloseTo(771.90, CENT);
  }

  @Test
  void machinesComeWhole() {
    // Half of 0.1 answers per second for a month of 730 hours: 131,400 requests.
    CostComparison c = compare(500_000, "rented", 0.1);
    assertThat(c.servers().value()).isEqualTo(4);
    assertThat(c.servers().low()).isEqualTo(4);
    assertThat(c.servers().high()).isEqualTo(5);
    assertThat(c.hardwareInAll().value()).isCloseTo(4 * 73, CENT);
    assertThat(c.hardwareInAll().high()).isCloseTo(5 * 73, CENT);
    // Two machines cost 846, which pays off at 352,500 requests: more than they answer. Three do.
    assertThat(c.breakEven().orElseThrow().value()).isCloseTo(919 / 0.0024, within(0.5));
  }

  @Test
  void breakEvenIsTheSmallestVolumeAtWhichOneIsNotDearer() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 300; i++) {
      double speed = 0.04 + random.nextDouble();
      int servers = 1 + random.nextInt(3);
      CostComparison c =
          CostComparison.of(
              plan(1000, random.nextBoolean() ? "rented" : "bought", servers),
              BOOK,
              new Measured(random.nextInt(400), random.nextInt(400), speed, "test"));
      double even = c.breakEven().orElseThrow().value();
      assertThat(c.ownAt(even).value()).isLessThanOrEqualTo(c.apiAt(even).value() + 1e-6);
      for (int step = 1; step < 200; step++) {
        double less = even * step / 200;
        assertThat(c.ownAt(less).value()).isGreaterThan(c.apiAt(less).value());
      }
    }
  }

  @Test
  void aMachineThatNeverEarnsItsRentHasNoBreakEven() {
    CostComparison c = compare(10_000_000, "dear", 0.01);
    assertThat(c.breakEven()).isEmpty();
    assertThat(c.standing()).isEqualTo(Standing.DEARER);
    assertThat(new CostReport(c).sentence()).contains("API is cheaper at any volume");
    assertThat(c.toMap()).doesNotContainKey("breakEvenRequestsPerMonth");
  }

  @Test
  void breakEvenWithoutAnUpperEndSaysSo() {
    // At best estimates a machine earns 1,104 for its 1,000, at the worst inputs less than that.
    CostComparison c = compare(10_000_000, "dear", 0.35);
    Range even = c.breakEven().orElseThrow();
    assertThat(even.high()).isInfinite();
    assertThat(even.text("")).contains("no limit");
    assertThat(String.valueOf(c.toMap().get("breakEvenRequestsPerMonth")))
        .contains("low")
        .doesNotContain("Infinity");
  }

  @Test
  void overlappingRangesAreNotCalledClear() {
    assertThat(compare(330_000, "rented", 10).standing()).isEqualTo(Standing.PROBABLY_CHEAPER);
    assertThat(compare(300_000, "rented", 10).standing()).isEqualTo(Standing.UNCLEAR);
    assertThat(compare(50_000, "rented", 10).standing()).isEqualTo(Standing.DEARER);
    assertThat(new CostReport(compare(300_000, "rented", 10)).sentence()).contains("overlap");
  }

  @Test
  void theMixAloneMovesThePriceOfAMillionTokens() {
    Range price = compare(1_000_000, "rented", 10).apiPerMillion();
    assertThat(price.low()).isGreaterThan(2.15);
    assertThat(price.high()).isLessThan(2.45);
  }

  @Test
  void everyInputHasASource() {
    CostComparison c = compare(1_000_000, "bought", 10);
    assertThat(c.inputs()).allSatisfy(input -> assertThat(input.source()).isNotBlank());
    assertThat(new CostReport(c).table())
        .contains("quotation, as of 2026-01-31")
        .contains("contract, as of 2026-01-31")
        .contains("invoice");
    assertThat(new CostReport(c).body().markup()).contains("<svg").contains("break-even");
  }

  @Test
  void amountsForPeopleHaveThreeDigits() {
    assertThat(Range.amount(1234567)).isEqualTo("1,230,000");
    assertThat(Range.amount(59.57)).isEqualTo("59.6");
    assertThat(Range.amount(20)).isEqualTo("20");
    assertThat(Range.amount(0.3)).isEqualTo("0.3");
    assertThat(Range.amount(100)).isEqualTo("100");
    assertThat(Range.amount(0)).isEqualTo("0");
  }

  @Test
  void measurementsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new Measured(1, 1, 0, "x")).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Measured(Double.NaN, 1, 1, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
