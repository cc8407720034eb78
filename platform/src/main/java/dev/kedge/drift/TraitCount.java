package dev.kedge.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Counts of one trait, over answers in use and over units. For one thread. */
final class TraitCount {
  private static final int MOST_EXAMPLES = 5;

  /** Answers with it. */
  long before;

  long after;

  /** Cases whose answer had it and has it no more, and the other way round. */
  long lost;

  long added;

  /** The same of the old version against itself. */
  long ownLost;

  long ownAdded;

  /** Of what can be counted: cases in which anything is gone or has come. */
  long differing;

  long ownDiffering;

  /** Units in which more answers lost it, and more got it. */
  long unitsLost;

  long unitsAdded;

  /* What the unit under way has, later answers minus earlier. */
  private int net;
  private final List<String> examples = new ArrayList<>();

  void answer(String id, boolean had, boolean has) {
    if (had) before++;
    if (has) after++;
    if (had && !has) lost++;
    if (!had && has) added++;
    if (had != has && examples.size() < MOST_EXAMPLES) examples.add(id);
  }

  void again(boolean had, boolean has) {
    if (had && !has) ownLost++;
    if (!had && has) ownAdded++;
  }

  /** The same of things that can be counted: is any gone, has any come. */
  void items(String id, Set<String> was, Set<String> is) {
    if (!was.isEmpty()) before++;
    if (!is.isEmpty()) after++;
    if (!is.containsAll(was)) lost++;
    if (!was.containsAll(is)) added++;
    if (was.equals(is)) return;
    differing++;
    if (examples.size() < MOST_EXAMPLES) examples.add(id);
  }

  void itemsAgain(Set<String> was, Set<String> is) {
    if (!is.containsAll(was)) ownLost++;
    if (!was.containsAll(is)) ownAdded++;
    if (!was.equals(is)) ownDiffering++;
  }

  void shift(int by) {
    net += by;
  }

  void endUnit() {
    if (net < 0) unitsLost++;
    if (net > 0) unitsAdded++;
    net = 0;
  }

  List<String> examples() {
    return List.copyOf(examples);
  }
}
