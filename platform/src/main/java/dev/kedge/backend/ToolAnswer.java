package dev.kedge.backend;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenScore;
import dev.kedge.engine.chat.ToolCallParser;
import dev.kedge.engine.chat.ToolCallPart;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * An answer in which calls of tools are told from text. Where one call is all that may be, the
 * answer ends before a second. One thread reads, any thread may cancel.
 */
final class ToolAnswer implements Answer {
  private final EmbeddedAnswer answer;
  private final ToolCallParser parser;
  private final String context;
  private final int choice;
  private final boolean several;
  private final Deque<AnswerPart> ready = new ArrayDeque<>();
  private boolean cut;

  /**
   * @param context id of the call, from which ids of tool calls are made
   * @param several whether more than one tool may be called
   */
  ToolAnswer(
      EmbeddedAnswer answer, ToolCallParser parser, String context, int choice, boolean several) {
    this.answer = answer;
    this.parser = parser;
    this.context = context;
    this.choice = choice;
    this.several = several;
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    while (ready.isEmpty()) {
      switch (answer.next()) {
        case AnswerPart.Text text -> read(text);
        case AnswerPart.Finish finish -> finish(finish);
        case AnswerPart part -> {
          return part;
        }
      }
    }
    return ready.remove();
  }

  private void read(AnswerPart.Text text) {
    Optional<TokenScore> score = text.score();
    if (!answer.control().isEmpty()) take(parser.control(answer.control()), Optional.empty());
    if (!text.text().isEmpty()) take(parser.text(text.text()), score);
    else if (score.isPresent() && parser.calls() == 0) {
      ready.add(new AnswerPart.Text(choice, "", score));
    }
  }

  private void finish(AnswerPart.Finish finish) {
    take(parser.finish(), Optional.empty());
    boolean called = cut || (parser.calls() > 0 && finish.reason() == AnswerEnd.STOP);
    AnswerEnd reason = called ? AnswerEnd.TOOL_CALLS : finish.reason();
    ready.add(new AnswerPart.Finish(choice, reason, finish.stop()));
  }

  private void take(List<ToolCallPart> parts, Optional<TokenScore> score) {
    Optional<TokenScore> left = score;
    for (ToolCallPart part : parts) {
      if (cut) return;
      switch (part) {
        case ToolCallPart.Text words -> {
          ready.add(new AnswerPart.Text(choice, words.text(), left));
          left = Optional.empty();
        }
        case ToolCallPart.Begin begin -> {
          if (begin.call() > 0 && !several) {
            cut = true;
            answer.endHere();
            return;
          }
          String id = CallIds.of(context, choice, begin.call());
          ready.add(new AnswerPart.ToolCall(choice, begin.call(), id, begin.name()));
        }
        case ToolCallPart.Arguments more ->
            ready.add(new AnswerPart.ToolArguments(choice, more.call(), more.json()));
      }
    }
  }

  @Override
  public void cancel() {
    answer.cancel();
  }
}
