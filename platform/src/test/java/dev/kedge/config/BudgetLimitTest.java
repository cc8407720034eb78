package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.CalendarPeriod;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetLimitTest {
  @Test
  void aBudgetIsReadFromYaml() {
    BudgetLimit read =
        ConfigFile.parse("{per: hour, dollars: 0.5, model: llama}", "t", BudgetLimit.class);
    assertThat(read)
        .isEqualTo(new BudgetLimit(CalendarPeriod.HOUR, new BigDecimal("0.5"), "llama"));
    assertThat(ConfigFile.parse("{per: month, dollars: 500}", "t", BudgetLimit.class).model())
        .isEmpty();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> ConfigFile.parse("{per: day}", "t", BudgetLimit.class))
        .hasMessageContaining("'dollars' is missing");
    assertThatThrownBy(() -> ConfigFile.parse("{per: day, dollars: -1}", "t", BudgetLimit.class))
        .hasMessageContaining("dollars must be from 0 to 1000000000, not -1");
    assertThatThrownBy(() -> ConfigFile.parse("{per: week, dollars: 1}", "t", BudgetLimit.class))
        .hasMessageContaining("per");
  }

  @Test
  void twoBudgetsForTheSameAreRefused() {
    BudgetLimit one = new BudgetLimit(CalendarPeriod.DAY, BigDecimal.ONE, "m");
    BudgetLimit all = new BudgetLimit(CalendarPeriod.DAY, BigDecimal.ONE, "");
    assertThat(BudgetLimit.distinct(List.of(one, all))).containsExactly(one, all);
    assertThatThrownBy(() -> BudgetLimit.distinct(List.of(one, all, one)))
        .hasMessage("two budgets per day for the model 'm'; keep one");
  }

  @Test
  void theStoreIsAFileUnlessNamedAndNeverHoldsThePasswordItself() {
    assertThat(ConfigFile.parse("{}", "t", StoreSection.class).url()).isEqualTo("sqlite:kedge.db");
    StoreSection shared =
        ConfigFile.parse(
            "{url: 'postgresql://kedge@db/kedge', password: env:PGPASSWORD}",
            "t",
            StoreSection.class);
    assertThat(shared.password()).contains(new SecretReference("env:PGPASSWORD"));
    assertThatThrownBy(() ->
            ConfigFile.parse(
                "{url: 'postgresql://db/k', password: s3cret}", "t", StoreSection.class))
        .hasMessageNotContaining("s3cret");
  }
}
