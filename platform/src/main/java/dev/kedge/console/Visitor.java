package dev.kedge.console;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who looks.
 *
 * @param id under which work is recorded: the key's or person's, {@code local:} and the name where
 *     nobody signs in, empty where even the name is not known yet
 * @param name for people, or empty
 * @param checked whether a key or token vouches for the name
 * @param token that forms must carry
 */
record Visitor(String id, String name, Set<Role> roles, boolean checked, String token) {
  /** The name under which work is recorded: no two people have the same. */
  String person() {
    if (!checked || id.startsWith("oidc:")) return checked ? id : name;
    return name + " (" + id + ")";
  }

  /** Whether it is known who this is. */
  boolean isNamed() {
    return !id.isEmpty();
  }

  /** Whether one of these roles is there; an administrator has all. */
  boolean has(Role... any) {
    return roles.contains(Role.ADMIN) || Arrays.stream(any).anyMatch(roles::contains);
  }

  /**
   * Does nothing if one of these roles is there.
   *
   * @throws KedgeException Forbidden
   */
  void require(Set<Role> any) {
    if (has(any.toArray(Role[]::new))) return;
    String needed = any.stream().sorted().map(Role::toString).collect(Collectors.joining(" or "));
    throw new KedgeException(
        new Failure.Forbidden(
            "This needs the role " + needed + ", which you do not have here.", "role_needed"));
  }
}
