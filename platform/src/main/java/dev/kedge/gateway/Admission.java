package dev.kedge.gateway;

import dev.kedge.access.Principal;
import dev.kedge.base.Money;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.CallContext;
import dev.kedge.config.Priority;
import dev.kedge.limit.Account;
import dev.kedge.limit.Budgets;
import dev.kedge.limit.Rates;
import dev.kedge.limit.Reservation;
import dev.kedge.limit.Ticket;
import dev.kedge.limit.Turn;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Lets calls in: who calls, how often, for how much money, and whose turn it is. Any thread may
 * call.
 */
final class Admission {
  private static final int MOST_ACCOUNTS = 10_000;

  private final Function<String, Principal> access;
  private final Rates rates;
  private final Optional<Budgets> budgets;
  /* Accounts are made once per caller and model: their ids are texts put together. */
  private final ConcurrentHashMap<AccountsOf, List<Account>> accounts = new ConcurrentHashMap<>();

  private record AccountsOf(Principal principal, String asked, String served) {}

  Admission(Function<String, Principal> access, Rates rates, Optional<Budgets> budgets) {
    this.access = access;
    this.rates = rates;
    this.budgets = budgets;
  }

  /** Who calls; Unauthorized where that cannot be told. */
  Principal who(Caller caller) {
    return access.apply(caller.credential());
  }

  /** Takes the rates of one call. */
  Rates.Permit rate(Principal principal, TokenBounds bounds) {
    return rates.take(
        new Rates.Subject(principal.keyId(), principal.limits()),
        new Rates.Subject(principal.tenant().name(), principal.tenant().limits()),
        bounds.likely());
  }

  /**
   * Sets aside what a call of this model can cost at most.
   *
   * @param about the call as the caller sent it
   */
  Reservation money(Bookkeeping.About about, Target target, TokenBounds bounds) {
    Principal principal = about.principal();
    List<Account> charged = accounts(principal, about.request().model(), target.model());
    if (charged.isEmpty()) return Reservation.nothing();
    Budgets known = budgets.orElseThrow(() -> new IllegalStateException("budgets without a store"));
    boolean free = target.worst().equals(TokenPrice.FREE);
    if (!free) Unbounded.refuse(about.request(), about.context().headers());
    return known.reserve(
        charged,
        free
            ? Money.ZERO
            : target.worst().of(bounds.input(), 0, 0, bounds.outputWithin(target.context())));
  }

  /* A budget of a virtual model holds beside that of the model that it chose. */
  private List<Account> accounts(Principal principal, String asked, String served) {
    AccountsOf key = new AccountsOf(principal, asked, served);
    List<Account> known = accounts.get(key);
    if (known != null) return known;
    if (accounts.size() > MOST_ACCOUNTS) accounts.clear();
    Set<Account> made = new LinkedHashSet<>();
    for (String model : List.of(asked, served)) {
      made.addAll(Account.of(Account.Owner.KEY, principal.keyId(), principal.budgets(), model));
      made.addAll(
          Account.of(
              Account.Owner.TENANT,
              principal.tenant().name(),
              principal.tenant().budgets(),
              model));
    }
    List<Account> all = List.copyOf(made);
    accounts.put(key, all);
    return all;
  }

  /** Asks for a turn in the model's queue. */
  Turn turn(Principal principal, Target target, TokenBounds bounds, CallContext context) {
    return target
        .queue()
        .ask(
            new Ticket(
                principal.tenant().name(),
                principal.tenant().weight(),
                Priority.ofRank(context.priority()),
                bounds.likely(),
                context.deadline()));
  }
}
