package dev.kedge.gateway;

import dev.kedge.backend.AnswerPart;
import dev.kedge.backend.TokenScore;
import dev.kedge.engine.TokenEvent;
import dev.kedge.wire.ChatCompletion;
import dev.kedge.wire.ChatLogprobs;
import dev.kedge.wire.TextCompletion;
import dev.kedge.wire.TextLogprobs;
import dev.kedge.wire.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers in the form of the API. */
public final class Replies {
  /* JSON has no infinity; this is what the API shows for a token that cannot come. */
  private static final float LOWEST_LOGPROB = -9999;

  private Replies() {}

  /** Waits for all answers of a chat. */
  public static ChatCompletion chat(Exchange exchange) throws InterruptedException {
    List<ChatCompletion.Choice> choices = new ArrayList<>();
    UsageSum usage = new UsageSum(exchange.choicesPerPrompt());
    for (int i = 0; i < exchange.size(); i++) {
      Finished answer = finish(exchange, i);
      usage.add(i, answer.end.usage());
      choices.add(
          new ChatCompletion.Choice(
              i,
              ChatCompletion.Message.assistant(answer.text),
              answer.pieces.isEmpty() ? null : chatLogprobs(scores(answer.pieces)),
              Exchange.finishReason(answer.end.reason())));
    }
    return new ChatCompletion(
        exchange.id(), exchange.created(), exchange.model(), choices, usage.total());
  }

  /** Waits for all answers of a completion. */
  public static TextCompletion text(Exchange exchange) throws InterruptedException {
    List<TextCompletion.Choice> choices = new ArrayList<>();
    UsageSum usage = new UsageSum(exchange.choicesPerPrompt());
    for (int i = 0; i < exchange.size(); i++) {
      Finished answer = finish(exchange, i);
      usage.add(i, answer.end.usage());
      choices.add(
          new TextCompletion.Choice(
              i,
              answer.text,
              answer.pieces.isEmpty() ? null : textLogprobs(answer.pieces, 0),
              Exchange.finishReason(answer.end.reason())));
    }
    return new TextCompletion(
        exchange.id(), exchange.created(), exchange.model(), choices, usage.total());
  }

  /**
   * @param pieces those that carry a score
   */
  private record Finished(String text, List<AnswerPart.Piece> pieces, AnswerPart.End end) {}

  private static Finished finish(Exchange exchange, int index) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    List<AnswerPart.Piece> scored = new ArrayList<>();
    while (true) {
      switch (exchange.next(index)) {
        case AnswerPart.Piece piece -> {
          text.append(piece.text());
          if (piece.score().isPresent()) scored.add(piece);
        }
        case AnswerPart.End end -> {
          return new Finished(text.append(end.text()).toString(), scored, end);
        }
      }
    }
  }

  private static List<TokenScore> scores(List<AnswerPart.Piece> pieces) {
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
  public static TextLogprobs textLogprobs(List<AnswerPart.Piece> pieces, int offset) {
    List<String> tokens = new ArrayList<>();
    List<Float> logprobs = new ArrayList<>();
    List<Map<String, Float>> top = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    int at = offset;
    for (AnswerPart.Piece piece : pieces) {
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

  /** Adds up token counts: a prompt counts once however many answers it has. Thread-safe. */
  public static final class UsageSum {
    private final int choicesPerPrompt;
    private int prompt;
    private int cached;
    private int completion;

    public UsageSum(int choicesPerPrompt) {
      this.choicesPerPrompt = choicesPerPrompt;
    }

    /** Adds the counts of the answer with this index. */
    public synchronized void add(int index, TokenEvent.Usage usage) {
      completion += usage.completionTokens();
      if (index % choicesPerPrompt != 0) return;
      prompt += usage.promptTokens();
      cached += usage.cachedTokens();
    }

    public synchronized Usage total() {
      return Usage.of(prompt, cached, completion);
    }
  }
}
