package dev.kedge.drift;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Units whose answers differ, read into memory, with where the significant phrases stand in them.
 * Of very many units evenly spread ones are taken. What is explained by a line of the report is
 * masked, and no longer counts for other phrases. For one thread.
 */
final class PhraseSample {
  private static final int MOST_UNITS = 2_000;
  private static final long MOST_WORDS = 20_000_000;
  private static final int MOST_PLACES = 50;

  private final List<Doc> docs = new ArrayList<>();
  private final Map<Long, List<Place>> places = new HashMap<>();
  private int units;

  /** One answer, the so many-th. */
  record Doc(int number, Words words, boolean[] masked, int unit, boolean fresh) {
    boolean isFree(int first, int last) {
      for (int i = first; i <= last; i++) if (masked[i]) return false;
      return true;
    }
  }

  /** Where a phrase stands in an answer: its first and last word. */
  record Place(Doc doc, int first, int last) {
    boolean isFree() {
      return doc.isFree(first, last);
    }
  }

  /**
   * What is left of a phrase's changes outside of masks.
   *
   * @param lost units of the sample in which fewer answers have it
   * @param added units in which more have it
   */
  record Left(BitSet lost, BitSet added) {
    boolean isLoss() {
      return lost.cardinality() >= added.cardinality();
    }

    BitSet main() {
      return isLoss() ? lost : added;
    }
  }

  PhraseSample(DriftInput input, List<int[]> all, PhraseSearch.Result wanted) {
    for (PhraseSearch.Found found : wanted.phrases()) places.put(found.hash(), new ArrayList<>());
    if (places.isEmpty()) return;
    int attempts = input.attempts();
    List<int[]> differing = all.stream().filter(unit -> differs(input, unit, attempts)).toList();
    int step = (differing.size() + MOST_UNITS - 1) / MOST_UNITS;
    long words = 0;
    for (int u = 0; u < differing.size() && words < MOST_WORDS; u += step) {
      for (int place : differing.get(u)) {
        DriftCase one = input.cases().get(place);
        for (int a = 0; a < attempts; a++) {
          words += add(one.before().get(a).text(), false);
          words += add(one.after().get(a).text(), true);
        }
      }
      units++;
    }
  }

  private static boolean differs(DriftInput input, int[] unit, int attempts) {
    for (int place : unit) {
      DriftCase one = input.cases().get(place);
      for (int a = 0; a < attempts; a++) {
        if (!one.before().get(a).text().equals(one.after().get(a).text())) return true;
      }
    }
    return false;
  }

  private int add(String text, boolean fresh) {
    Words words = Words.of(text);
    Doc doc = new Doc(docs.size(), words, new boolean[words.size()], units, fresh);
    docs.add(doc);
    HashCounts often = new HashCounts(64);
    for (int i = 0; i < words.size(); i++) {
      long hash = 0;
      for (int j = i; j < Math.min(words.size(), i + PhraseSearch.LONGEST); j++) {
        if (words.sentence(j) != words.sentence(i)) break;
        hash = Words.longer(hash, words.hash(j));
        List<Place> known = places.get(hash);
        if (known == null || often.get(hash) >= MOST_PLACES) continue;
        often.add(hash, 1);
        known.add(new Place(doc, i, j));
      }
    }
    return words.size();
  }

  List<Doc> docs() {
    return docs;
  }

  /** Where a phrase stands outside of masks. */
  List<Place> free(long hash) {
    return places.getOrDefault(hash, List.of()).stream().filter(Place::isFree).toList();
  }

  /** Words and marks of a phrase. */
  int length(long hash) {
    List<Place> known = places.getOrDefault(hash, List.of());
    return known.isEmpty() ? 0 : known.getFirst().last() - known.getFirst().first() + 1;
  }

  /** Units of the sample that the phrase changed in, masks or not. */
  int changed(long hash) {
    Left all = left(places.getOrDefault(hash, List.of()));
    return all.lost().cardinality() + all.added().cardinality();
  }

  /** What is left of a phrase's changes. */
  Left left(long hash) {
    return left(free(hash));
  }

  private Left left(List<Place> found) {
    int[] net = new int[units];
    int last = -1;
    for (Place place : found) {
      // Places come answer by answer; each answer counts once.
      if (place.doc().number() == last) continue;
      last = place.doc().number();
      net[place.doc().unit()] += place.doc().fresh() ? 1 : -1;
    }
    BitSet lost = new BitSet(units);
    BitSet added = new BitSet(units);
    for (int u = 0; u < units; u++) {
      if (net[u] < 0) lost.set(u);
      if (net[u] > 0) added.set(u);
    }
    return new Left(lost, added);
  }

  /** A phrase is explained wherever it stands. */
  void mask(Phrase phrase) {
    for (Doc doc : docs) {
      for (int at = phrase.in(doc.words(), 0); at >= 0; at = phrase.in(doc.words(), at + 1)) {
        for (int k = 0; k < phrase.hashes().length; k++) doc.masked()[at + k] = true;
      }
    }
  }
}
