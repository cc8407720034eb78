package dev.kedge.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.base.CalendarPeriod;
import dev.kedge.base.Money;
import dev.kedge.config.BudgetLimit;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {
  private static final BudgetLimit ALL =
      new BudgetLimit(CalendarPeriod.MONTH, BigDecimal.valueOf(500), "");
  private static final BudgetLimit LLAMA =
      new BudgetLimit(CalendarPeriod.HOUR, BigDecimal.valueOf(5), "llama");

  @Test
  void aCallIsChargedToTheBudgetsOfItsModelAndOfAllModels() {
    List<Account> llama = Account.of(Account.Owner.TENANT, "sales", List.of(ALL, LLAMA), "llama");
    List<Account> other = Account.of(Account.Owner.TENANT, "sales", List.of(ALL, LLAMA), "qwen");

    assertThat(llama)
        .extracting(Account::label)
        .containsExactly("tenant 'sales'", "tenant 'sales', model 'llama'");
    assertThat(llama.getLast().limit()).isEqualTo(new Money(5_000_000_000L));
    assertThat(other).containsExactly(llama.getFirst());
  }

  @Test
  void noNamePassesForTheBudgetOfAnother() {
    List<String> ids =
        List.of(
            Account.of(Account.Owner.TENANT, "a/llama", List.of(ALL), "x").getFirst().id(),
            Account.of(Account.Owner.TENANT, "a%2Fllama", List.of(ALL), "x").getFirst().id(),
            Account.of(Account.Owner.KEY, "a", List.of(LLAMA), "llama").getFirst().id(),
            Account.of(Account.Owner.TENANT, "a", List.of(LLAMA), "llama").getFirst().id(),
            Account.of(Account.Owner.GATEWAY, "", List.of(LLAMA), "llama").getFirst().id());

    assertThat(ids).doesNotHaveDuplicates();
  }
}
