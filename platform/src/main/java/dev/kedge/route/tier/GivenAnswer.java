package dev.kedge.route.tier;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One choice of an answer, put together from its parts. For one thread. */
public final class GivenAnswer {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder refusal = new StringBuilder();
  private final SortedMap<Integer, Call> calls = new TreeMap<>();
  private Optional<AnswerEnd> end = Optional.empty();
  private double logprobs;
  private int scored;

  private GivenAnswer() {}

  /** A tool to be called, with the JSON text of its arguments. */
  public record Call(String name, StringBuilder arguments) {}

  /**
   * The choices in their order.
   *
   * @return empty if the answer was relayed as bytes that cannot be read
   */
  public static Optional<List<GivenAnswer>> of(List<AnswerPart> answer) {
    return RelayedAnswer.read(answer).map(GivenAnswer::together);
  }

  private static List<GivenAnswer> together(List<AnswerPart> parts) {
    SortedMap<Integer, GivenAnswer> choices = new TreeMap<>();
    for (AnswerPart part : parts) {
      switch (part) {
        case AnswerPart.Text piece -> choice(choices, piece.choice()).add(piece);
        case AnswerPart.Refusal piece ->
            choice(choices, piece.choice()).refusal.append(piece.text());
        case AnswerPart.ToolCall call ->
            choice(choices, call.choice())
                .calls
                .put(call.call(), new Call(call.name(), new StringBuilder()));
        case AnswerPart.ToolArguments piece ->
            choice(choices, piece.choice())
                .calls
                .computeIfAbsent(piece.call(), _ -> new Call("", new StringBuilder()))
                .arguments()
                .append(piece.json());
        case AnswerPart.Finish finish ->
            choice(choices, finish.choice()).end = Optional.of(finish.reason());
        case AnswerPart.Frame _,
            AnswerPart.Body _,
            AnswerPart.Reasoning _,
            AnswerPart.Vector _,
            AnswerPart.End _ -> {}
      }
    }
    return new ArrayList<>(choices.values());
  }

  private static GivenAnswer choice(SortedMap<Integer, GivenAnswer> choices, int number) {
    return choices.computeIfAbsent(number, _ -> new GivenAnswer());
  }

  private void add(AnswerPart.Text piece) {
    text.append(piece.text());
    piece
        .score()
        .ifPresent(score -> {
          logprobs += score.logprob();
          scored++;
        });
  }

  /** Its words. */
  public String text() {
    return text.toString();
  }

  /** Whether the answering side says that it refuses. */
  public boolean refused() {
    return !refusal.isEmpty();
  }

  /** Tools to be called. */
  public List<Call> calls() {
    return List.copyOf(calls.values());
  }

  /** Why it ended, where that was told. */
  public Optional<AnswerEnd> end() {
    return end;
  }

  /** Mean natural log-probability of the tokens, where the server told any. */
  Optional<Double> meanLogprob() {
    return scored == 0 ? Optional.empty() : Optional.of(logprobs / scored);
  }
}
