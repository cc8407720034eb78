package dev.kedge.rollout;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.config.TierSection.Checks;
import dev.kedge.route.tier.Cascade;
import dev.kedge.route.tier.GivenAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An answer as it was heard, before anybody has looked into it.
 *
 * @param parts none where there was no answer, or it was too long to be kept
 * @param bytes of memory that it holds; below 0 where it was too long
 * @param time from the start of the call's work to its end
 */
public record Heard(
    boolean answered,
    ApiRequest request,
    List<AnswerPart> parts,
    int bytes,
    Duration time,
    double dollars) {
  private static final Cascade FORMAT =
      new Cascade(new Checks(true, false, false, Optional.empty()));
  private static final Cascade REFUSAL =
      new Cascade(new Checks(false, true, false, Optional.empty()));

  public Heard {
    parts = List.copyOf(parts);
  }

  /** No answer. */
  public static Heard failed(ApiRequest request, Duration time) {
    return new Heard(false, request, List.of(), 0, time, 0);
  }

  /** Looks into it; costs what its length costs. */
  public Given look() {
    if (!answered) return Given.failed(time);
    if (bytes < 0) return unread(Optional.empty());
    if (request instanceof EmbeddingRequest) return unread(Vectors.of(parts));
    Optional<List<GivenAnswer>> choices = GivenAnswer.of(parts);
    if (choices.isEmpty() || choices.get().isEmpty()) {
      return new Given(true, true, "", false, false, false, time, dollars, Optional.empty());
    }
    GivenAnswer first = choices.get().getFirst();
    boolean cut = first.end().map(end -> end == AnswerEnd.LENGTH).orElse(false);
    boolean empty = first.text().isBlank() && first.calls().isEmpty() && !first.refused();
    boolean chat = request instanceof ChatRequest;
    return new Given(
        true,
        true,
        text(first),
        !cut && !empty,
        first.refused() || (chat && !judged(REFUSAL)),
        !chat || judged(FORMAT),
        time,
        dollars,
        Optional.empty());
  }

  /* Too long, or without any text. */
  private Given unread(Optional<Vectors> vectors) {
    return new Given(true, false, "", true, false, true, time, dollars, vectors);
  }

  private boolean judged(Cascade check) {
    return !(request instanceof ChatRequest chat) || check.goodEnough(chat, parts);
  }

  /* Calls of tools are part of what was said. */
  private static String text(GivenAnswer answer) {
    if (answer.calls().isEmpty()) return answer.text();
    StringBuilder text = new StringBuilder(answer.text());
    for (GivenAnswer.Call call : answer.calls()) {
      text.append('\n').append(call.name()).append(' ').append(call.arguments());
    }
    return text.toString();
  }
}
