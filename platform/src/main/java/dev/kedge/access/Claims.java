package dev.kedge.access;

import dev.kedge.config.OidcSection;
import dev.kedge.config.Role;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates the claims of a verified token as the configuration says. */
final class Claims {
  private static final int MOST_VALUES = 200;

  private final OidcSection section;

  Claims(OidcSection section) {
    this.section = section;
  }

  /** Whom the claims describe; Forbidden where they name no tenant or no role. */
  Person person(String subject, Map<String, Object> claims) {
    return new Person(subject, tenant(claims), roles(claims), models(claims));
  }

  private String tenant(Map<String, Object> claims) {
    Object found = find(claims, section.tenantClaim());
    if (found instanceof String name && name.matches("[A-Za-z0-9._-]{1,64}")) return name;
    if (found == null && section.defaultTenant().isPresent()) return section.defaultTenant().get();
    throw Principal.forbidden(
        "the token's claim '" + section.tenantClaim() + "' names no tenant", "no_tenant");
  }

  private Set<Role> roles(Map<String, Object> claims) {
    if (section.rolesClaim().isEmpty()) return Set.of(Role.USER);
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (String value : texts(find(claims, section.rolesClaim().get()))) {
      Role role = section.roles().get(value);
      if (role != null) roles.add(role);
    }
    if (!roles.isEmpty()) return Set.copyOf(roles);
    throw Principal.forbidden(
        "the token's claim '" + section.rolesClaim().get() + "' holds no role that is known here",
        "no_role");
  }

  private List<String> models(Map<String, Object> claims) {
    if (section.modelsClaim().isEmpty()) return List.of();
    List<String> models = texts(find(claims, section.modelsClaim().get()));
    if (!models.isEmpty()) return models;
    throw Principal.forbidden(
        "the token's claim '" + section.modelsClaim().get() + "' allows no model", "no_models");
  }

  /** A claim of this name, or, where dots are in it, in the objects that they lead into. */
  private static @Nullable Object find(Map<String, Object> claims, String name) {
    Object whole = claims.get(name);
    if (whole != null) return whole;
    Object value = claims;
    for (String step : name.split("\\.", -1)) {
      value = value instanceof Map<?, ?> object ? object.get(step) : null;
    }
    return value;
  }

  /** A text as words, as OAuth writes scopes; a list as it is. */
  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case String text -> List.of(text.trim().split(" +", MOST_VALUES));
      case Collection<?> list ->
          list.stream()
              .limit(MOST_VALUES)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .toList();
      default -> List.of();
    };
  }
}
