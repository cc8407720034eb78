package dev.kedge.cli;

import java.util.Optional;

/** Who uses the command. */
final class Person {
  private Person() {}

  /** The given name, or that of the account. */
  static String named(Optional<String> name) {
    return name.orElseGet(() -> System.getProperty("user.name", "unknown"));
  }
}
