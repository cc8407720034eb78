package dev.kedge.gate;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.util.List;

/**
 * Who must sign before a candidate may be used.
 *
 * <p>One approval is enough, or two by different people where the task demands four eyes. Whoever
 * asked for the gate may sign first, but cannot be the second pair of eyes. One rejection ends it.
 * Only a gate that passed can be approved: who wants another outcome changes the rules, where
 * everybody sees it.
 *
 * @param fourEyes whether two people must approve
 * @param roles that may sign; empty: any role may
 */
public record SignOffRule(boolean fourEyes, List<String> roles) {
  public SignOffRule {
    roles = List.copyOf(roles);
  }

  /** Where these signatures leave the gate. */
  public Standing standing(List<SignOff> signOffs) {
    if (signOffs.stream().anyMatch(one -> one.decision() == SignOff.Decision.REJECT)) {
      return Standing.REJECTED;
    }
    if (signOffs.isEmpty()) return Standing.OPEN;
    return fourEyes && signOffs.size() < 2 ? Standing.AWAITING_SECOND : Standing.APPROVED;
  }

  /**
   * Refuses a signature that does not count.
   *
   * @param requestedBy who asked for the gate
   * @param before signatures so far, in order
   * @throws KedgeException telling why
   */
  public void check(Outcome outcome, String requestedBy, List<SignOff> before, SignOff next) {
    Standing standing = standing(before);
    if (!standing.open()) {
      throw refused(
          "this gate is already " + standing.word() + "; run it again for a new decision");
    }
    if (!roles.isEmpty() && !roles.contains(next.role())) {
      throw refused(
          "the task lets only these roles sign: "
              + String.join(", ", roles)
              + "; not "
              + next.role());
    }
    if (before.stream().anyMatch(one -> one.samePerson(next.person()))) {
      throw refused(next.person() + " has signed already; a second signature is another person's");
    }
    if (next.decision() == SignOff.Decision.REJECT) return;
    if (outcome != Outcome.PASS) {
      throw refused("the gate did not pass, so it can only be rejected; see its findings");
    }
    if (fourEyes && !before.isEmpty() && next.samePerson(requestedBy)) {
      throw refused(next.person() + " asked for this gate and cannot be the second pair of eyes");
    }
  }

  private static KedgeException refused(String message) {
    return new KedgeException(new Failure.Forbidden(message, "sign_off_refused"));
  }
}
