package dev.kedge.console;

import dev.kedge.access.Principal;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.config.Role;
import dev.kedge.console.Sessions.Session;
import java.net.URI;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Who comes in, and which forms are taken. A session holds the credential, which is checked again
 * with each request: a revoked key or an expired token ends it within seconds.
 */
final class Door {
  private static final Set<Role> WITHOUT_KEYS = Set.copyOf(EnumSet.allOf(Role.class));
  private static final int LONGEST_NAME = 60;

  private final Function<String, Principal> access;
  private final BooleanSupplier open;
  private final Sessions sessions;

  /**
   * A door.
   *
   * @param access tells who sends a credential
   * @param open whether everybody may come in who reaches this server, which then is on this
   *     machine
   */
  Door(Function<String, Principal> access, BooleanSupplier open, Sessions sessions) {
    this.access = access;
    this.open = open;
    this.sessions = sessions;
  }

  /**
   * Who looks, or nobody.
   *
   * @param cookie the browser's, perhaps empty
   */
  Optional<Visitor> visitor(String cookie) {
    String token = sessions.token(cookie);
    Optional<Session> session = sessions.find(cookie);
    if (open.getAsBoolean()) {
      String name = session.map(Session::name).orElse("");
      String id = name.isEmpty() ? "" : "local:" + name;
      return Optional.of(new Visitor(id, name, WITHOUT_KEYS, false, token));
    }
    if (session.isEmpty()) return Optional.empty();
    try {
      return Optional.of(known(session.get().credential(), token));
    } catch (KedgeException e) {
      // An upset store says nothing about the key: the session stays for when it is back.
      if (e.failure() instanceof Failure.Unavailable) throw e;
      sessions.close(cookie);
      return Optional.empty();
    }
  }

  /** Whether nobody has to sign in. */
  boolean isOpen() {
    return open.getAsBoolean();
  }

  private Visitor known(String credential, String token) {
    Principal principal = access.apply(credential);
    Visitor visitor =
        new Visitor(principal.keyId(), principal.name(), principal.roles(), true, token);
    if (credential.isEmpty()
        || !visitor.has(Role.LABELLER, Role.APPROVER, Role.AUDITOR, Role.ADMIN)) {
      throw new KedgeException(
          new Failure.Forbidden(
              "This key may call models but not use the console: it needs the role labeller,"
                  + " approver, auditor or admin.",
              "role_needed"));
    }
    return visitor;
  }

  /**
   * Signs somebody in.
   *
   * @return the new cookie
   * @throws KedgeException Unauthorized or Forbidden
   */
  String signIn(String credential) {
    known(credential, "");
    return sessions.open(credential, "");
  }

  /**
   * Takes a name where nobody signs in.
   *
   * @return the new cookie
   * @throws KedgeException Invalid if the name has strange characters
   */
  String name(String name) {
    String plain = name.strip();
    if (!plain.matches("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} .'@_-]*")
        || plain.length() > LONGEST_NAME) {
      throw KedgeException.invalid(
          "A name begins with a letter or digit and has up to 60 letters, digits, blanks and"
              + " . ' @ _ - in it.");
    }
    return sessions.open("", plain);
  }

  /** Signs out. */
  void signOut(String cookie) {
    sessions.close(cookie);
  }

  /** A cookie for a browser that has none. */
  String newCookie() {
    return sessions.newCookie();
  }

  /** What a form of this browser must carry. */
  String token(String cookie) {
    return sessions.token(cookie);
  }

  /**
   * Refuses forms that another site made the browser send.
   *
   * @throws KedgeException Forbidden
   */
  void check(Visit visit, String cookie, Fields form) {
    boolean foreign = !visit.site().isEmpty() && !visit.site().equals("same-origin");
    boolean ours =
        visit.origin().map(origin -> isOurs(origin, visit.host())).orElse(!visit.site().isEmpty());
    if (foreign || !ours) {
      throw new KedgeException(
          new Failure.Forbidden("This form was sent by another site.", "cross_site"));
    }
    if (!Sessions.isCookie(cookie) || !sessions.fits(form.text("token"), cookie)) {
      throw new KedgeException(
          new Failure.Forbidden(
              "This form is too old: the server was restarted or you signed in anew. Go back,"
                  + " reload the page, and send it again.",
              "stale_form"));
    }
  }

  private static boolean isOurs(String origin, String host) {
    try {
      URI uri = URI.create(origin);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      boolean web = scheme.equals("http") || scheme.equals("https");
      return web && uri.getRawAuthority() != null && uri.getRawAuthority().equalsIgnoreCase(host);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
