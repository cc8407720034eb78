package dev.kedge.route.tier;

/**
 * What a check says of an answer.
 *
 * @param good whether it may be sent
 * @param reason for people and the reply's header, ASCII: {@code ok}, or what failed
 */
public record Judgement(boolean good, String reason) {
  static final Judgement OK = new Judgement(true, "ok");

  static Judgement failed(String reason) {
    return new Judgement(false, reason);
  }
}
