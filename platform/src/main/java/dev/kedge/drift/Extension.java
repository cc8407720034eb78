package dev.kedge.drift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The longest phrase behind a short one: as long as the changed answers agree on the next word of
 * the sentence, it belongs to the phrase.
 */
final class Extension {
  private static final double AGREEING = 0.9;
  private static final int MOST_WORDS = 80;

  private final int wanted;
  private List<PhraseSample.Place> places;

  /** Of a phrase that stands at these places, in one answer each. */
  Extension(List<PhraseSample.Place> places) {
    this.places = places;
    this.wanted = (int) Math.ceil(AGREEING * places.size());
  }

  /** The first free place of a phrase in each changed answer of the side that has it. */
  static List<PhraseSample.Place> places(PhraseSample sample, long hash, PhraseSample.Left left) {
    List<PhraseSample.Place> places = new ArrayList<>();
    int last = -1;
    for (PhraseSample.Place place : sample.free(hash)) {
      boolean side = place.doc().fresh() != left.isLoss();
      if (place.doc().number() == last || !side || !left.main().get(place.doc().unit())) continue;
      last = place.doc().number();
      places.add(place);
    }
    return places;
  }

  /** The places of the longest phrase. */
  List<PhraseSample.Place> longest() {
    while (length() < MOST_WORDS && grow(1)) {}
    while (length() < MOST_WORDS && grow(-1)) {}
    return places;
  }

  private int length() {
    return places.getFirst().last() - places.getFirst().first() + 1;
  }

  private boolean grow(int direction) {
    Map<Long, List<PhraseSample.Place>> by = new HashMap<>();
    for (PhraseSample.Place place : places) {
      int edge = direction > 0 ? place.last() : place.first();
      int next = edge + direction;
      Words words = place.doc().words();
      if (next < 0 || next >= words.size() || place.doc().masked()[next]) continue;
      if (words.sentence(next) != words.sentence(edge)) continue;
      int first = Math.min(place.first(), next);
      int last = Math.max(place.last(), next);
      by.computeIfAbsent(words.hash(next), _ -> new ArrayList<>())
          .add(new PhraseSample.Place(place.doc(), first, last));
    }
    for (List<PhraseSample.Place> agreeing : by.values()) {
      if (agreeing.size() < wanted) continue;
      places = agreeing;
      return true;
    }
    return false;
  }

  /** The phrase at a place. */
  static Phrase phrase(PhraseSample.Place place) {
    Words words = place.doc().words();
    long[] hashes = new long[place.last() - place.first() + 1];
    for (int k = 0; k < hashes.length; k++) hashes[k] = words.hash(place.first() + k);
    return new Phrase(hashes, words.span(place.first(), place.last()));
  }

  /**
   * How well one phrase stands where another stood, from 0 to 1: whether what comes before and what
   * comes behind is the same, in the answers to the same cases.
   */
  static double alignment(List<PhraseSample.Place> before, List<PhraseSample.Place> after) {
    Map<Integer, PhraseSample.Place> by = new HashMap<>();
    for (PhraseSample.Place place : after) by.put(place.doc().unit(), place);
    double score = 0;
    int both = 0;
    for (PhraseSample.Place place : before) {
      PhraseSample.Place other = by.get(place.doc().unit());
      if (other == null) continue;
      both++;
      if (neighbour(place, true) == neighbour(other, true)) score += 0.5;
      if (neighbour(place, false) == neighbour(other, false)) score += 0.5;
    }
    return both == 0 ? 0 : score / both;
  }

  private static long neighbour(PhraseSample.Place place, boolean left) {
    int at = left ? place.first() - 1 : place.last() + 1;
    Words words = place.doc().words();
    return at < 0 || at >= words.size() ? 0 : words.hash(at);
  }
}
