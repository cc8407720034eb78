package dev.kedge.label;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What people said without knowing of each other.
 *
 * @param units one per item with at least one such label, in the order of items: the label's key by
 *     person
 */
public record BlindLabels(List<Unit> units) {
  public BlindLabels {
    units = List.copyOf(units);
  }

  /** One item's labels. */
  public record Unit(String item, Map<String, String> labels) {
    public Unit {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }
  }
}
