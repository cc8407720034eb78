package dev.kedge.cli;

import dev.kedge.gate.SignOff;
import java.util.Optional;

/** Who uses the command. */
final class Person {
  private Person() {}

  /** The given name, or that of the account. */
  static String named(Optional<String> name) {
    return name.orElseGet(Person::account);
  }

  /** How the name was known: from whoever uses this account. */
  static String via() {
    return SignOff.COMMAND_LINE + " of account " + account();
  }

  private static String account() {
    return System.getProperty("user.name", "unknown");
  }
}
