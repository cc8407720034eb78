package dev.kedge.usage.capture;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Knows credentials by the name of their field or by their look. */
final class Credentials {
  static final String MARK = "[SECRET]";

  private static final Set<String> FIELDS =
      Set.of(
          "apikey",
          "xapikey",
          "authorization",
          "proxyauthorization",
          "authorizationtoken",
          "accesstoken",
          "authtoken",
          "refreshtoken",
          "idtoken",
          "bearer",
          "bearertoken",
          "password",
          "passwd",
          "secret",
          "clientsecret",
          "cookie",
          "setcookie",
          "credential",
          "credentials",
          "privatekey",
          "headers",
          "extraheaders");

  /*
   * Prefixes that issuers give their keys, header values, JSON Web Tokens, and PEM blocks. Every
   * repetition is possessive or bounded, so that the time grows with the text only.
   */
  private static final Pattern LOOK =
      Pattern.compile(
          "\\b(?i:bearer|basic)\\s{1,4}[A-Za-z0-9._~+/=-]{16,4096}+"
              + "|\\b(?:sk|pk|rk|kdg|kedge|ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs]|hf|nvapi)"
              + "[-_][A-Za-z0-9_.-]{16,512}+"
              + "|\\bAKIA[A-Z0-9]{16}\\b"
              + "|\\beyJ[A-Za-z0-9_-]{8,4096}+\\.[A-Za-z0-9_-]{8,8192}+\\.[A-Za-z0-9_-]{0,4096}+"
              + "|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\\s]{0,16384}+"
              + "(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?");

  private Credentials() {}

  /** Whether a field of this name holds one. */
  static boolean field(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    return FIELDS.contains(plain);
  }

  static String redact(String text) {
    return LOOK.matcher(text).replaceAll(MARK);
  }
}
