package dev.kedge.backend.upstream;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.OptionalDouble;

/** Refuses what a server's API has no words for, so that nothing is lost silently. */
final class Lost {
  private Lost() {}

  static KedgeException field(String name, String remedy) {
    return new KedgeException(
        new Failure.Invalid(
            "'" + name + "' is not possible with this model's server; " + remedy,
            "unsupported_parameter",
            name));
  }

  static void refuse(boolean present, String name, String remedy) {
    if (present) throw field(name, remedy);
  }

  /** A number that is there and does not stand for doing nothing. */
  static void refuse(OptionalDouble value, double nothing, String name) {
    if (value.isPresent() && value.getAsDouble() != nothing)
      throw field(name, "leave it out or ask another model");
  }
}
