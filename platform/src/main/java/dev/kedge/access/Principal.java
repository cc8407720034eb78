package dev.kedge.access;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.config.BudgetLimit;
import dev.kedge.config.RateLimits;
import dev.kedge.config.Role;
import dev.kedge.config.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who calls.
 *
 * @param keyId whose limits, budgets and records these are: a key's {@code kdg_} name, {@code
 *     oidc:} and the subject of a token, or {@code anonymous}
 * @param name for people
 * @param tenant with its weight, limits and budgets as they are declared now
 * @param models that may be called, a {@code *} at the end standing for any rest; none means all
 * @param apis that may be used; none means all
 * @param limits of this key or person alone
 * @param budgets of this key or person alone
 * @param tags of each of its calls, before those that the caller sends
 */
public record Principal(
    String keyId,
    String name,
    Tenant tenant,
    Set<Role> roles,
    List<String> models,
    Set<Api> apis,
    RateLimits limits,
    List<BudgetLimit> budgets,
    Map<String, String> tags) {
  static final String ANONYMOUS = "anonymous";

  /** Nobody in particular, where no key is needed. */
  public static Principal anonymous(Tenant tenant) {
    return new Principal(
        ANONYMOUS,
        ANONYMOUS,
        tenant,
        Set.of(Role.USER),
        List.of(),
        Set.of(),
        RateLimits.NONE,
        List.of(),
        Map.of());
  }

  /** Whether it has this role or may do everything. */
  public boolean has(Role role) {
    return roles.contains(role) || roles.contains(Role.ADMIN);
  }

  /** Whether this model, as callers name it, may be called. */
  public boolean mayCall(String model) {
    if (models.isEmpty()) return true;
    for (String allowed : models) {
      boolean start = allowed.endsWith("*");
      if (start
          ? model.startsWith(allowed.substring(0, allowed.length() - 1))
          : model.equals(allowed)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Does nothing if the role is there.
   *
   * @throws KedgeException {@link Failure.Forbidden}
   */
  public void require(Role role) {
    if (has(role)) return;
    throw forbidden("this needs the role " + role + ", which " + name + " lacks", "role_needed");
  }

  /**
   * Does nothing if this model may be called by this API.
   *
   * @throws KedgeException {@link Failure.Forbidden}
   */
  public void require(Api api, String model) {
    require(Role.USER);
    if (!apis.isEmpty() && !apis.contains(api)) {
      throw forbidden(name + " may not use this API", "api_not_allowed");
    }
    if (mayCall(model)) return;
    String shown = model.length() <= 100 ? model : model.substring(0, 100) + "…";
    throw forbidden(
        "%s may not call the model '%s'; allowed: %s"
            .formatted(name, shown, String.join(", ", models)),
        "model_not_allowed");
  }

  static KedgeException forbidden(String message, String code) {
    return new KedgeException(new Failure.Forbidden(message, code));
  }
}
