package dev.kedge.engine.schedule;

import dev.kedge.engine.model.BatchRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Puts together forward passes. There are no phases: every pass gives each sequence its next tokens
 * under one budget, first the sequences that need a single one (they are generating, somebody is
 * waiting for the next word), then pieces of prompts in order of arrival. Every sequence that is
 * left out of a pass comes first in one of the next.
 *
 * <p>A sequence is admitted when the cache can hold the longest it may become, so running ones are
 * never interrupted for want of memory. The price is that fewer run beside a request with a large
 * limit than might fit.
 *
 * <p>For the engine's thread alone.
 */
public final class Scheduler {
  private final KvCache cache;
  private final int maxSequences;
  private final int batchTokens;
  private final List<Sequence> running = new ArrayList<>();
  /* Generating sequences alone filled the last pass: prompts come first, with half the budget. */
  private boolean promptsLeftOut;
  private long promptTokens;

  public Scheduler(KvCache cache, int maxSequences, int batchTokens) {
    this.cache = cache;
    this.maxSequences = maxSequences;
    this.batchTokens = batchTokens;
  }

  /**
   * A forward pass.
   *
   * @param rows of all sequences
   * @param sequences those that take part
   * @param finishing of these, the ones whose next token can be drawn, in the order of their logits
   * @param readings the whole texts among them, in the order of their hidden states
   */
  public record Plan(
      List<BatchRow> rows,
      List<Sequence> sequences,
      List<Sequence> finishing,
      List<Reading> readings) {}

  /** So many tokens of a whole text. */
  public record Reading(Sequence sequence, int tokens) {}

  /** Takes a sequence in if there is a place and memory for it. */
  public boolean admit(Sequence sequence) {
    if (running.size() >= maxSequences || !sequence.reserve(cache)) return false;
    running.add(sequence);
    return true;
  }

  /** Takes a sequence out; its place and memory are free at once. */
  public void remove(Sequence sequence) {
    if (running.remove(sequence)) sequence.release(cache);
  }

  /** The next pass; empty when no sequence has tokens to compute. */
  public Plan plan() {
    Plan plan =
        new Plan(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (promptsLeftOut) addPrompts(plan, Math.ceilDiv(batchTokens, 2));
    int served = 0;
    for (Sequence sequence : running) {
      if (plan.rows.size() == batchTokens) break;
      if (sequence.pending() == 1) add(plan, sequence, 1);
      served++;
    }
    int before = plan.rows.size();
    addPrompts(plan, batchTokens);
    promptsLeftOut = before == batchTokens && !promptsLeftOut;
    // With more sequences than budget, the ones left out come first next time.
    if (served < running.size()) Collections.rotate(running, -served);
    return plan;
  }

  private void addPrompts(Plan plan, int budget) {
    for (Sequence sequence : running) {
      int room = budget - plan.rows.size();
      if (room > 0 && sequence.pending() > 1) {
        add(plan, sequence, Math.min(room, sequence.pending()));
      }
    }
  }

  /** Tokens of prompts that were given to forward passes so far. */
  public long promptTokens() {
    return promptTokens;
  }

  private void add(Plan plan, Sequence sequence, int count) {
    int from = sequence.computed();
    sequence.advance(count, cache);
    boolean last = sequence.pending() == 0;
    for (int i = from; i < from + count; i++) {
      BatchRow.Wanted wanted =
          sequence.wholeText()
              ? BatchRow.Wanted.HIDDEN
              : last && i == from + count - 1 ? BatchRow.Wanted.LOGITS : BatchRow.Wanted.NOTHING;
      plan.rows.add(new BatchRow(sequence.token(i), i, sequence.pages(), wanted));
    }
    promptTokens += Math.max(0, Math.min(from + count, sequence.promptTokens()) - from);
    plan.sequences.add(sequence);
    if (sequence.wholeText()) plan.readings.add(new Reading(sequence, count));
    else if (last) plan.finishing.add(sequence);
  }
}
