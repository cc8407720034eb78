package dev.kedge.drift;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What changed in the words.
 *
 * @param before the old version
 * @param after the new one
 * @param verdict in one word
 * @param summary what to look at, in plain words
 * @param changes every change that is shown, a sentence each
 * @param cases compared
 * @param units of these that are independent
 * @param differing cases whose answers are not the same text
 * @param repeats what is known of old against old
 * @param phrases lost and added, most frequent first
 * @param phrasesTested how many different changes of phrases were tested
 * @param traits that were looked for, those that changed first
 * @param lengths in characters, words and tokens
 * @param amount how much of the answers changed
 * @param examples cases that changed, those that changed most first
 * @param notes what a reader must know
 */
public record DriftReport(
    String before,
    String after,
    Verdict verdict,
    String summary,
    List<String> changes,
    long cases,
    long units,
    long differing,
    Repeats repeats,
    List<PhraseLine> phrases,
    long phrasesTested,
    List<TraitLine> traits,
    List<LengthLine> lengths,
    Amount amount,
    List<Changed> examples,
    List<String> notes) {
  public DriftReport {
    changes = List.copyOf(changes);
    phrases = List.copyOf(phrases);
    traits = List.copyOf(traits);
    lengths = List.copyOf(lengths);
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
  }

  /** What may be said. */
  public enum Verdict {
    /** All answers are the same text. */
    IDENTICAL,
    /** Answers differ, and nothing is shown that chance does not explain. */
    NOTHING_SHOWN,
    /** A change is shown. */
    CHANGED
  }

  /**
   * A phrase.
   *
   * @param text as it stands in an answer
   * @param lost whether it was lost rather than added
   * @param before answers that had it
   * @param after answers that have it
   * @param casesLost cases that lost it
   * @param casesAdded cases that got it
   * @param instead what stands in its place, or stood there
   * @param insteadBefore answers that had that one
   * @param insteadAfter answers that have it
   * @param own the old version against itself, where it was asked again
   * @param logOdds of new against old, shrunk; above 0: more frequent
   * @param z logOdds over its standard error
   * @param p of the sign test over units
   * @param adjusted among all phrases tested
   * @param where the tag that most changed cases share, in words; empty if there is none
   * @param examples ids of cases
   * @param sentence all of it in words
   */
  public record PhraseLine(
      String text,
      boolean lost,
      long before,
      long after,
      long casesLost,
      long casesAdded,
      Optional<String> instead,
      long insteadBefore,
      long insteadAfter,
      Optional<Own> own,
      double logOdds,
      double z,
      double p,
      double adjusted,
      String where,
      List<String> examples,
      String sentence) {}

  /** The old version's first answers against its second: cases that lost and that got it. */
  public record Own(long lost, long added) {}

  /**
   * Something that was looked for.
   *
   * @param name such as {@code disclaimer}
   * @param definition what counts as one
   * @param before answers that had it
   * @param after answers that have it
   * @param lost cases that lost it; for numbers, citations and keys, cases that lost any
   * @param added cases that got it
   * @param own the old version against itself, where it was asked again
   * @param p of the sign test over units; absent where too few changed, or where nothing is known
   *     of the old version against itself and the test needs it
   * @param adjusted among all traits
   * @param shown whether the change is beyond chance
   * @param examples ids of cases that changed
   * @param sentence in words
   */
  public record TraitLine(
      String name,
      String definition,
      long before,
      long after,
      long lost,
      long added,
      Optional<Own> own,
      OptionalDouble p,
      OptionalDouble adjusted,
      boolean shown,
      List<String> examples,
      String sentence) {}

  /**
   * A length.
   *
   * @param unit {@code characters}, {@code words} or {@code tokens}
   * @param before mean of the old answers
   * @param after mean of the new
   * @param low lower end of the 95 % interval of the difference
   * @param high upper end
   * @param p of the difference
   * @param adjusted among the lengths
   * @param shown whether the difference is beyond chance
   */
  public record LengthLine(
      String unit,
      double before,
      double after,
      double low,
      double high,
      double p,
      double adjusted,
      boolean shown) {}

  /**
   * How much changed.
   *
   * @param mean share of words that only one of both answers has, over all cases
   * @param own the same of the old version against itself, where it was asked again
   * @param p whether the first is larger than the second beyond chance; only where measured
   * @param shown whether it is
   */
  public record Amount(double mean, OptionalDouble own, OptionalDouble p, boolean shown) {}

  /**
   * A case that changed.
   *
   * @param place among the cases, from 0
   * @param id of the case
   * @param share of words that only one of both answers has
   */
  public record Changed(int place, String id, double share) {}

  /** Whether anything is shown. */
  public boolean changed() {
    return verdict == Verdict.CHANGED;
  }
}
