package dev.kedge.backend;

import dev.kedge.call.AnswerPart;
import dev.kedge.call.TokenCounts;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Several answers as one: their parts as they arise, one end with the sum of their tokens. The
 * first failure ends all. One thread reads, any thread may cancel; one thread per answer waits for
 * its parts.
 */
final class Choices implements Answer {
  private static final int HELD_PARTS = 256;

  /** What a waiting thread hands over. */
  private sealed interface Handed {
    record Part(int answer, AnswerPart part) implements Handed {}

    record Failed(Throwable cause) implements Handed {}
  }

  private final List<? extends Answer> answers;
  private final int perPrompt;
  private final BlockingQueue<Handed> handed = new ArrayBlockingQueue<>(HELD_PARTS);
  private final List<Thread> threads;

  /* The reader's own. */
  private int ended;
  private TokenCounts sum = TokenCounts.of(0, 0, 0);
  private AnswerPart.@Nullable End end;
  private @Nullable Throwable failure;

  /**
   * @param perPrompt how many consecutive answers share a prompt, which is counted once
   */
  Choices(List<? extends Answer> answers, int perPrompt) {
    this.answers = List.copyOf(answers);
    this.perPrompt = perPrompt;
    Thread[] started = new Thread[answers.size()];
    for (int i = 0; i < started.length; i++) {
      int index = i;
      started[i] = Thread.ofVirtual().name("kedge-choice").start(() -> hand(index));
    }
    this.threads = List.of(started);
  }

  private void hand(int index) {
    try {
      AnswerPart part;
      do {
        part = answers.get(index).next();
        handed.put(new Handed.Part(index, part));
      } while (!(part instanceof AnswerPart.End));
    } catch (InterruptedException _) {
      /* Cancelled: nobody reads any more. */
    } catch (RuntimeException | Error e) {
      /* Waits for room only while somebody reads; close() ends it otherwise. */
      try {
        handed.put(new Handed.Failed(e));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public AnswerPart next() throws InterruptedException {
    while (end == null) {
      if (failure instanceof Error error) throw error;
      if (failure instanceof RuntimeException exception) throw exception;
      switch (handed.take()) {
        case Handed.Failed failed -> {
          failure = failed.cause;
          cancel();
        }
        case Handed.Part one -> {
          if (!(one.part instanceof AnswerPart.End last)) return one.part;
          add(one.answer, last.tokens());
        }
      }
    }
    return end;
  }

  private void add(int answer, TokenCounts counts) {
    boolean first = answer % perPrompt == 0;
    sum =
        TokenCounts.of(
            sum.input() + (first ? counts.input() : 0),
            sum.cachedInput() + (first ? counts.cachedInput() : 0),
            sum.output() + counts.output());
    if (++ended == answers.size()) end = new AnswerPart.End(sum);
  }

  @Override
  public void cancel() {
    answers.forEach(Answer::cancel);
  }

  /** Cancels and ends the waiting threads. */
  @Override
  public void close() {
    cancel();
    threads.forEach(Thread::interrupt);
  }
}
