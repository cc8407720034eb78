package dev.kedge.gate;

import java.text.Normalizer;
import java.util.Locale;

/**
 * One person's decision on a gate.
 *
 * @param person who; as known to the console, or as given on the command line
 * @param role in which they decide
 * @param decision approve or reject
 * @param reason in their words
 * @param via how the person was known: {@code console} (signed in) or {@code command line} (the
 *     name is what the user of that account gave)
 * @param atMs milliseconds since 1970
 */
public record SignOff(
    String person, String role, Decision decision, String reason, String via, long atMs) {
  /** Of a person who has signed in to the console. */
  public static final String CONSOLE = "console";

  /** Of whoever has an account on the machine. */
  public static final String COMMAND_LINE = "command line";

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 4000;

  /** What a person decides. */
  public enum Decision {
    APPROVE,
    REJECT
  }

  public SignOff {
    person = named(person, "person");
    role = named(role, "role");
    via = named(via, "via");
    reason = reason.strip();
    if (reason.isEmpty()) throw new IllegalArgumentException("a signature needs a reason");
    if (reason.length() > LONGEST_REASON) {
      throw new IllegalArgumentException("a reason has at most " + LONGEST_REASON + " characters");
    }
  }

  /** A name as it is kept: visible, and not too long. */
  static String named(String text, String what) {
    String name = text.strip();
    boolean plain = name.codePoints().noneMatch(SignOff::hidden);
    if (!name.isEmpty() && name.length() <= LONGEST_NAME && plain) return name;
    throw new IllegalArgumentException(
        "a signature needs a " + what + " of 1 to " + LONGEST_NAME + " visible characters");
  }

  /* Characters that nobody sees would make two names of one person. */
  private static boolean hidden(int c) {
    return Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.SURROGATE;
  }

  /** Whether this is the signature of that person, however the name is spelled. */
  public boolean samePerson(String other) {
    return key(person).equals(key(other));
  }

  /** One spelling of a name: case, width and blanks do not make another person. */
  static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .strip()
        .replaceAll("\\s+", " ")
        .toLowerCase(Locale.ROOT);
  }
}
