package dev.kedge.gateway;

import dev.kedge.access.Access;
import dev.kedge.access.Principal;
import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.limit.Account;
import dev.kedge.limit.Budgets;
import dev.kedge.limit.Rates;
import dev.kedge.limit.Reservation;
import dev.kedge.limit.Ticket;
import dev.kedge.limit.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets calls in: who calls, how often, for how much money, and whose turn it is. Any thread may
 * call.
 */
final class Admission {
  private static final int MOST_ACCOUNTS = 10_000;

  private final Access access;
  private final Rates rates;
  private final Budgets budgets;
  /* Accounts are made once per caller and model: their ids are texts put together. */
  private final ConcurrentHashMap<AccountsOf, List<Account>> accounts = new ConcurrentHashMap<>();

  private record AccountsOf(Principal principal, String model) {}

  Admission(Access access, Rates rates, Budgets budgets) {
    this.access = access;
    this.rates = rates;
    this.budgets = budgets;
  }

  /** Who calls; Unauthorized where that cannot be told. */
  Principal who(Caller caller) {
    return access.authenticate(caller.credential());
  }

  /** Takes the rates of one call. */
  Rates.Permit rate(Principal principal, TokenBounds bounds) {
    return rates.take(
        new Rates.Subject(principal.keyId(), principal.limits()),
        new Rates.Subject(principal.tenant().name(), principal.tenant().limits()),
        bounds.likely());
  }

  /** Sets aside what a call of this model can cost at most. */
  Reservation money(Principal principal, Target target, TokenBounds bounds) {
    List<Account> charged = accounts(principal, target.model());
    if (charged.isEmpty()) return budgets.reserve(charged, Money.ZERO);
    return budgets.reserve(
        charged,
        target.worst().equals(TokenPrice.FREE)
            ? Money.ZERO
            : target.worst().of(bounds.input(), 0, 0, bounds.outputWithin(target.context())));
  }

  private List<Account> accounts(Principal principal, String model) {
    AccountsOf key = new AccountsOf(principal, model);
    List<Account> known = accounts.get(key);
    if (known != null) return known;
    if (accounts.size() > MOST_ACCOUNTS) accounts.clear();
    List<Account> made =
        new ArrayList<>(
            Account.of(Account.Owner.KEY, principal.keyId(), principal.budgets(), model));
    made.addAll(
        Account.of(
            Account.Owner.TENANT, principal.tenant().name(), principal.tenant().budgets(), model));
    accounts.put(key, List.copyOf(made));
    return made;
  }

  /** Asks for a turn in the model's queue. */
  Turn turn(Principal principal, Target target, TokenBounds bounds, long deadline) {
    return target
        .queue()
        .ask(
            new Ticket(
                principal.tenant().name(),
                principal.tenant().weight(),
                principal.tenant().priority(),
                bounds.likely(),
                deadline));
  }
}
