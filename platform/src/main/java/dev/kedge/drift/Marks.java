package dev.kedge.drift;

import java.util.Map;
import java.util.Set;

/**
 * What one answer has.
 *
 * @param traits names of {@link Trait}s
 * @param items by the name of what can be counted: the different ones, such as all numbers
 * @param characters code points of the whole answer
 * @param words of the whole answer, marks left out
 */
record Marks(Set<String> traits, Map<String, Set<String>> items, long characters, long words) {
  static final String NUMBERS = "numbers";
  static final String CITATIONS = "citations";
  static final String KEYS = "JSON keys";
}
