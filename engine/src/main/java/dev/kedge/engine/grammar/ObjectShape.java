package dev.kedge.engine.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an object may hold: properties in a fixed order, those that are not required may be left
 * out, then any number of others.
 */
final class ObjectShape {
  final Names names;
  final List<Node> values;

  /** Values of keys that are no properties; null where there are no such keys. */
  final @Nullable Node others;

  final Node otherKeys;
  private final boolean[] required;
  /* By property: the first from there on that is required, or their number. */
  private final int[] nextRequired;

  /**
   * @param otherKeys texts of keys that are no properties, without the colon
   */
  ObjectShape(
      List<String> names,
      List<Node> values,
      boolean[] required,
      @Nullable Node others,
      Node otherKeys) {
    this.names = new Names(names);
    this.values = List.copyOf(values);
    this.required = required.clone();
    this.others = others;
    this.otherKeys = otherKeys;
    nextRequired = new int[required.length + 1];
    nextRequired[required.length] = required.length;
    for (int i = required.length - 1; i >= 0; i--) {
      nextRequired[i] = required[i] ? i : nextRequired[i + 1];
    }
  }

  int height() {
    int highest = 0;
    for (int i = 0; i < required.length; i++) {
      if (required[i]) highest = Math.max(highest, values.get(i).height);
    }
    return highest + 1;
  }

  /** Whether no property from this one on is required. */
  boolean mayEnd(int property) {
    return nextRequired[property] == required.length;
  }

  /**
   * Whether a name can be reached from a place in {@link #names}: one from {@code first} on, not
   * beyond the next that is required, whose value is no higher than {@code room}.
   */
  boolean leadsOn(int place, int first, int room) {
    int last = nextRequired[first];
    IntList reachable = names.below(place);
    for (int i = from(reachable, first); i < reachable.size(); i++) {
      int property = reachable.get(i);
      if (property > last) return false;
      if (values.get(property).height <= room) return true;
    }
    return false;
  }

  private static int from(IntList sorted, int least) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted.get(middle) < least) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
