package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import dev.kedge.config.BudgetLimit;
import dev.kedge.limit.Account;
import dev.kedge.limit.Budgets;
import dev.kedge.store.Store;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code kedge budgets} on a store that a server used. */
class BudgetsCommandTest {
  @TempDir Path folder;
  private String url;

  @BeforeEach
  void spend() {
    url = "sqlite:" + folder.resolve("kedge.db");
    List<BudgetLimit> limits =
        List.of(
            new BudgetLimit(CalendarPeriod.MONTH, BigDecimal.valueOf(500), ""),
            new BudgetLimit(CalendarPeriod.MONTH, BigDecimal.ONE, "other"),
            new BudgetLimit(CalendarPeriod.MONTH, new BigDecimal("0.5"), "llama"));
    List<Account> accounts = Account.of(Account.Owner.TENANT, "sa\u001bles", limits, "llama");
    try (Store store = Store.open(url);
        Budgets budgets = new Budgets(store, InstantSource.system(), "test")) {
      budgets
          .reserve(accounts, Money.dollars(new BigDecimal("0.4")))
          .settle(Money.dollars(new BigDecimal("0.125")));
    }
  }

  @Test
  void theTableShowsEachBudgetInUse() {
    CommandRun run = CommandRun.of("budgets", "--store", url);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).matches("BUDGET +PER +STARTS ANEW +LIMIT +SPENT +HELD +UNKNOWN +LEFT");
    assertThat(lines.get(1))
        .matches(
            "tenant 'sa\\\\u001bles' +month +\\S+Z +500.00 +0.125000 +0.000000 +0.000000 +499.88");
    assertThat(lines.get(2))
        .matches(
            "tenant 'sa\\\\u001bles', model 'llama' +month +\\S+Z +0.500000 +0.125000 +0.000000"
                + " +0.000000 +0.375000");
  }

  @Test
  void jsonHasTheExactAmounts() {
    CommandRun run = CommandRun.of("budgets", "--store", url, "--json");

    JsonNode list = new JsonMapper().readTree(run.out());
    assertThat(list.size()).isEqualTo(2);
    JsonNode model = list.get(1);
    assertThat(model.get("per").stringValue()).isEqualTo("month");
    assertThat(model.get("spent_usd").decimalValue()).isEqualByComparingTo("0.125");
    assertThat(model.get("held_usd").decimalValue()).isEqualByComparingTo("0");
    assertThat(model.get("left_usd").decimalValue()).isEqualByComparingTo("0.375");
  }

  @Test
  void aMissingStoreIsToldByItsUrl() {
    CommandRun run = CommandRun.of("budgets", "--store", url + "x");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("no store at " + url + "x");
  }
}
