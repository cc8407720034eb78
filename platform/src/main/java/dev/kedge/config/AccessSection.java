package dev.kedge.config;

import java.util.Optional;

/**
 * Who may call.
 *
 * @param required whether a key or token is needed; where it is missing, unless the server listens
 *     on loopback only
 * @param oidc an identity provider whose tokens are taken beside keys; none by default
 */
public record AccessSection(Optional<Boolean> required, Optional<OidcSection> oidc) {
  public static final AccessSection DEFAULT = new AccessSection(Optional.empty(), Optional.empty());

  public AccessSection {
    required = Check.or(required, Optional.empty());
    oidc = Check.or(oidc, Optional.empty());
  }

  /** Whether a key or token is needed on a server that can be reached so. */
  public boolean isRequired(boolean loopbackOnly) {
    return required.orElse(!loopbackOnly);
  }
}
