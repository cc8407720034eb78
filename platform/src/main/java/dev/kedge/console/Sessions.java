package dev.kedge.console;

import dev.kedge.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who is signed in, in memory: a restart signs everybody out. Bounded in number (the one that was
 * used least recently leaves) and in time. Any thread may call.
 *
 * <p>A browser is known by a random cookie. Visitors who are not signed in have one too, but cost
 * no memory: the token that their forms must carry follows from the cookie and a secret of this
 * process. Of cookies only digests are kept.
 */
final class Sessions {
  private static final int MOST = 2_000;
  private static final int COOKIE_BYTES = 32;
  private static final int COOKIE_LENGTH = 43;

  private final Duration longest;
  private final Duration idle;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SecretKeySpec secret;
  private final LinkedHashMap<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Somebody who said who they are.
   *
   * @param credential that is checked again with each request, empty where none is needed
   * @param name as given where no credential is needed
   */
  record Session(String credential, String name, Instant begun, Instant seen) {}

  /**
   * Sessions of this process.
   *
   * @param random a secure source
   */
  Sessions(Duration longest, Duration idle, InstantSource clock, RandomGenerator random) {
    this.longest = longest;
    this.idle = idle;
    this.clock = clock;
    this.random = random;
    byte[] key = new byte[32];
    random.nextBytes(key);
    secret = new SecretKeySpec(key, "HmacSHA256");
  }

  /** A cookie for a browser that has none. */
  String newCookie() {
    byte[] bytes = new byte[COOKIE_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether a cookie can be one of ours. */
  static boolean isCookie(String cookie) {
    return cookie.length() == COOKIE_LENGTH
        && cookie.chars().allMatch(c -> c == '-' || c == '_' || Character.isLetterOrDigit(c));
  }

  /** What a form of this browser must carry. */
  String token(String cookie) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return HexFormat.of().formatHex(mac.doFinal(cookie.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Whether a form's token belongs to the browser's cookie. */
  boolean fits(String token, String cookie) {
    return MessageDigest.isEqual(
        token.getBytes(StandardCharsets.UTF_8), token(cookie).getBytes(StandardCharsets.UTF_8));
  }

  /** Signs in under a new cookie, which is returned: one that was planted before is worthless. */
  String open(String credential, String name) {
    String cookie = newCookie();
    Instant now = clock.instant();
    synchronized (sessions) {
      sessions.put(digest(cookie), new Session(credential, name, now, now));
      if (sessions.size() > MOST) sessions.pollFirstEntry();
    }
    return cookie;
  }

  /** The session of a cookie that is neither too old nor idle for too long. */
  Optional<Session> find(String cookie) {
    if (!isCookie(cookie)) return Optional.empty();
    Instant now = clock.instant();
    String digest = digest(cookie);
    synchronized (sessions) {
      Session session = sessions.get(digest);
      if (session == null) return Optional.empty();
      boolean over =
          !now.isBefore(session.begun.plus(longest)) || !now.isBefore(session.seen.plus(idle));
      if (over) {
        sessions.remove(digest);
        return Optional.empty();
      }
      Session seen = new Session(session.credential, session.name, session.begun, now);
      sessions.put(digest, seen);
      return Optional.of(seen);
    }
  }

  /** Signs out. */
  void close(String cookie) {
    synchronized (sessions) {
      sessions.remove(digest(cookie));
    }
  }

  /** How many are signed in or were until lately. */
  int size() {
    synchronized (sessions) {
      return sessions.size();
    }
  }

  private static String digest(String cookie) {
    return Sha256.of(cookie.getBytes(StandardCharsets.UTF_8));
  }
}
