package dev.kedge.wire;

import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import dev.kedge.call.TokenScore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Seeded answers of all kinds of parts. */
public final class RandomAnswers {
  private static final AnswerEnd[] ENDS = AnswerEnd.values();

  private final SplittableRandom random;

  public RandomAnswers(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** What an answer may hold. */
  public enum Words {
    /** Text with or without scores. */
    TEXT,
    /** Thinking, text, refusals and calls of tools. */
    EVERYTHING
  }

  /** The parts of so many choices, in any interleaving, and their end. */
  public List<AnswerPart> answer(int choices, Words words) {
    List<List<AnswerPart>> all = new ArrayList<>();
    for (int choice = 0; choice < choices; choice++) all.add(choice(choice, words));
    List<AnswerPart> parts = new ArrayList<>();
    while (!all.isEmpty()) {
      List<AnswerPart> next = all.get(random.nextInt(all.size()));
      parts.add(next.removeFirst());
      if (next.isEmpty()) all.remove(next);
    }
    long input = random.nextInt(100, 200);
    parts.add(
        new AnswerPart.End(
            new TokenCounts(
                input,
                random.nextInt(50),
                random.nextInt(50),
                random.nextInt(100),
                random.nextInt(9),
                false)));
    return parts;
  }

  private List<AnswerPart> choice(int choice, Words words) {
    boolean scored = random.nextBoolean();
    int calls = 0;
    List<AnswerPart> parts = new ArrayList<>();
    for (int left = random.nextInt(20); left > 0; left--) {
      switch (words == Words.TEXT ? 0 : random.nextInt(6)) {
        case 0, 1 -> parts.add(piece(choice, scored));
        case 2 -> parts.add(new AnswerPart.Reasoning(choice, text(), ""));
        case 3 -> parts.add(new AnswerPart.Refusal(choice, text() + "."));
        case 4 -> parts.add(new AnswerPart.ToolCall(choice, calls, "id" + calls++, "f" + text()));
        default -> {
          if (calls > 0) {
            parts.add(new AnswerPart.ToolArguments(choice, random.nextInt(calls), text()));
          }
        }
      }
    }
    Optional<String> stop = random.nextBoolean() ? Optional.of("stop" + text()) : Optional.empty();
    parts.add(new AnswerPart.Finish(choice, ENDS[random.nextInt(ENDS.length)], stop));
    return parts;
  }

  private AnswerPart piece(int choice, boolean scored) {
    String text = text();
    if (!scored) return new AnswerPart.Text(choice, text, Optional.empty());
    TokenScore other = score(text(), List.of());
    return new AnswerPart.Text(
        choice, text, Optional.of(score(text, List.of(score(text, List.of()), other))));
  }

  private TokenScore score(String text, List<TokenScore> top) {
    float logprob = random.nextInt(9) == 0 ? Float.NEGATIVE_INFINITY : -random.nextInt(64) / 8f;
    return new TokenScore(text, text.getBytes(StandardCharsets.UTF_8), logprob, top);
  }

  /** Characters of one to four bytes, what JSON escapes among them; possibly none. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(8); left > 0; left--) {
      int limit = new int[] {0x20, 0x80, 0x800, 0x10000, 0x110000}[random.nextInt(5)];
      int point = random.nextInt(limit);
      if (point < 0xD800 || point >= 0xE000) text.appendCodePoint(point);
    }
    return text.toString();
  }

  public int number(int bound) {
    return random.nextInt(bound);
  }
}
