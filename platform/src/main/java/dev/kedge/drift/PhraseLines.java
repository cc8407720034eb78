package dev.kedge.drift;

import dev.kedge.eval.stats.FalseDiscovery;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Collapses significant phrases to the lines of the report. The most certain phrase is lengthened
 * to what its answers agree on and, where another came in its place, joined with that; both are
 * masked; a phrase that is no longer significant outside of masks is explained. For one thread.
 */
final class PhraseLines {
  private static final int MOST_LINES = 40;
  private static final double SAME_UNITS = 0.8;
  private static final double SAME_PLACE = 0.75;
  private static final int MOST_PARTNERS = 12;

  private final PhraseSample sample;
  private final PhraseSearch.Result result;
  private final List<PhraseSearch.Found> open;

  PhraseLines(PhraseSample sample, PhraseSearch.Result result) {
    this.sample = sample;
    this.result = result;
    this.open = new ArrayList<>(result.phrases());
    open.sort(
        Comparator.comparingDouble((PhraseSearch.Found found) -> found.p() / found.weight())
            .thenComparingInt(found -> -sample.length(found.hash()))
            .thenComparingLong(PhraseSearch.Found::hash));
  }

  /**
   * A phrase that was lost or added, before its answers are counted.
   *
   * @param instead what came in the same places; only for what was lost
   * @param p of the evidence that no other line explains
   * @param weight of its test
   * @param adjusted p by its weight, among all lines and tests
   */
  record Line(
      Phrase phrase,
      boolean lost,
      Optional<Phrase> instead,
      double p,
      double weight,
      double adjusted) {}

  List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    while (!open.isEmpty() && lines.size() < MOST_LINES) {
      PhraseSearch.Found next = open.removeFirst();
      PhraseSample.Left left = sample.left(next.hash());
      double p = Math.max(next.p(), leftP(next, left));
      if (p / next.weight() > result.threshold()) continue;
      lines.add(line(next, left, p));
    }
    List<Double> adjusted =
        FalseDiscovery.adjusted(
            lines.stream().map(line -> line.p() / line.weight()).toList(),
            Math.max(result.tested(), lines.size()));
    List<Line> shown = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (adjusted.get(i) > PhraseSearch.LEVEL) continue;
      shown.add(
          new Line(
              line.phrase(),
              line.lost(),
              line.instead(),
              line.p(),
              line.weight(),
              adjusted.get(i)));
    }
    return shown;
  }

  /** What the sample says of the phrase outside of masks, as if it were all units. */
  private double leftP(PhraseSearch.Found found, PhraseSample.Left left) {
    int changed = sample.changed(found.hash());
    if (changed == 0) return 1;
    double scale = (double) (found.lost() + found.added()) / changed;
    return PhraseSearch.p(
        Math.round(scale * left.lost().cardinality()),
        Math.round(scale * left.added().cardinality()));
  }

  private Line line(PhraseSearch.Found found, PhraseSample.Left left, double p) {
    List<PhraseSample.Place> places =
        new Extension(Extension.places(sample, found.hash(), left)).longest();
    Phrase phrase = Extension.phrase(places.getFirst());
    Optional<Phrase> instead = partner(places, left);
    sample.mask(phrase);
    instead.ifPresent(sample::mask);
    // What was there comes first, whichever of the two was found first.
    if (!left.isLoss() && instead.isPresent()) {
      return new Line(instead.get(), true, Optional.of(phrase), p, found.weight(), p);
    }
    return new Line(phrase, left.isLoss(), instead, p, found.weight(), p);
  }

  /** What came in the same places of the same answers, or stood there. */
  private Optional<Phrase> partner(List<PhraseSample.Place> places, PhraseSample.Left left) {
    Optional<Phrase> best = Optional.empty();
    double closest = 0;
    int tried = 0;
    for (PhraseSearch.Found other : open) {
      PhraseSample.Left theirs = sample.left(other.hash());
      if (theirs.isLoss() == left.isLoss()) continue;
      if (overlap(left.main(), theirs.main()) < SAME_UNITS) continue;
      List<PhraseSample.Place> found =
          new Extension(Extension.places(sample, other.hash(), theirs)).longest();
      double alignment = Extension.alignment(places, found);
      if (alignment >= SAME_PLACE && alignment > closest) {
        closest = alignment;
        best = Optional.of(Extension.phrase(found.getFirst()));
      }
      if (++tried == MOST_PARTNERS) break;
    }
    return best;
  }

  private static double overlap(BitSet a, BitSet b) {
    BitSet both = (BitSet) a.clone();
    both.and(b);
    BitSet any = (BitSet) a.clone();
    any.or(b);
    return any.isEmpty() ? 0 : (double) both.cardinality() / any.cardinality();
  }
}
