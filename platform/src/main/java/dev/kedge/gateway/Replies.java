package dev.kedge.gateway;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.call.TokenScore;
import dev.kedge.wire.ChatCompletion;
import dev.kedge.wire.ChatLogprobs;
import dev.kedge.wire.TextCompletion;
import dev.kedge.wire.TextLogprobs;
import dev.kedge.wire.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Answers in the form of the API. */
public final class Replies {
  /* JSON has no infinity; this is what the API shows for a token that cannot come. */
  private static final float LOWEST_LOGPROB = -9999;

  private Replies() {}

  /** Waits for all answers of a chat. */
  public static ChatCompletion chat(Exchange exchange) throws InterruptedException {
    Collected all = collect(exchange);
    List<ChatCompletion.Choice> choices = new ArrayList<>();
    all.choices.forEach((index, choice) ->
        choices.add(
            new ChatCompletion.Choice(
                index,
                ChatCompletion.Message.assistant(choice.text.toString()),
                choice.pieces.isEmpty() ? null : chatLogprobs(scores(choice.pieces)),
                finishReason(choice.reason))));
    return new ChatCompletion(
        exchange.id(), exchange.created(), exchange.model(), choices, all.usage);
  }

  /** Waits for all answers of a completion. */
  public static TextCompletion text(Exchange exchange) throws InterruptedException {
    Collected all = collect(exchange);
    List<TextCompletion.Choice> choices = new ArrayList<>();
    all.choices.forEach((index, choice) ->
        choices.add(
            new TextCompletion.Choice(
                index,
                choice.text.toString(),
                choice.pieces.isEmpty() ? null : textLogprobs(choice.pieces, 0),
                finishReason(choice.reason))));
    return new TextCompletion(
        exchange.id(), exchange.created(), exchange.model(), choices, all.usage);
  }

  private record Collected(Map<Integer, Choice> choices, Usage usage) {}

  private static final class Choice {
    private final StringBuilder text = new StringBuilder();
    private final List<AnswerPart.Text> pieces = new ArrayList<>();
    private AnswerEnd reason = AnswerEnd.STOP;
  }

  private static Collected collect(Exchange exchange) throws InterruptedException {
    Map<Integer, Choice> choices = new TreeMap<>();
    while (true) {
      switch (exchange.next()) {
        case AnswerPart.Text piece -> {
          Choice choice = choices.computeIfAbsent(piece.choice(), _ -> new Choice());
          choice.text.append(piece.text());
          if (piece.score().isPresent()) choice.pieces.add(piece);
        }
        case AnswerPart.Finish finish ->
            choices.computeIfAbsent(finish.choice(), _ -> new Choice()).reason = finish.reason();
        case AnswerPart.End end -> {
          return new Collected(choices, usage(end.tokens()));
        }
        case AnswerPart other -> throw new IllegalStateException("unexpected " + other);
      }
    }
  }

  /** Token counts in the form of the API. */
  public static Usage usage(TokenCounts counts) {
    return Usage.of(
        Math.toIntExact(counts.input()),
        Math.toIntExact(counts.cachedInput()),
        Math.toIntExact(counts.output()));
  }

  /** The finish reason in the words of the API. */
  public static String finishReason(AnswerEnd reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  private static List<TokenScore> scores(List<AnswerPart.Text> pieces) {
    return pieces.stream().map(piece -> piece.score().orElseThrow()).toList();
  }

  /** Log-probabilities in the chat format. */
  public static ChatLogprobs chatLogprobs(List<TokenScore> scores) {
    return new ChatLogprobs(
        scores.stream()
            .map(score ->
                new ChatLogprobs.Entry(
                    score.text(),
                    finite(score.logprob()),
                    unsigned(score.bytes()),
                    score.top().stream()
                        .map(top ->
                            new ChatLogprobs.Candidate(
                                top.text(), finite(top.logprob()), unsigned(top.bytes())))
                        .toList()))
            .toList());
  }

  /**
   * Log-probabilities in the older format.
   *
   * @param pieces those that carry a score
   * @param offset characters of the answer before the first piece
   */
  public static TextLogprobs textLogprobs(List<AnswerPart.Text> pieces, int offset) {
    List<String> tokens = new ArrayList<>();
    List<Float> logprobs = new ArrayList<>();
    List<Map<String, Float>> top = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    int at = offset;
    for (AnswerPart.Text piece : pieces) {
      TokenScore score = piece.score().orElseThrow();
      tokens.add(score.text());
      logprobs.add(finite(score.logprob()));
      Map<String, Float> candidates = new LinkedHashMap<>();
      /* Tokens that are not whole characters share a text: the most probable one stands for it. */
      score.top().forEach(one -> candidates.putIfAbsent(one.text(), finite(one.logprob())));
      top.add(candidates);
      offsets.add(at);
      at += piece.text().length();
    }
    return new TextLogprobs(tokens, logprobs, top, offsets);
  }

  private static float finite(float logprob) {
    return logprob >= LOWEST_LOGPROB ? logprob : LOWEST_LOGPROB;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) values[i] = Byte.toUnsignedInt(bytes[i]);
    return values;
  }
}
