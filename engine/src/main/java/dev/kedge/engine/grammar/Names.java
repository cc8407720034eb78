package dev.kedge.engine.grammar;

import dev.kedge.engine.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of an object's properties as bytes of JSON, each with its quotes and the colon, in a
 * tree. No name's bytes begin another's, since the closing quote is part of them. Place 0 is the
 * root. Immutable.
 */
final class Names {
  private final List<Map<Integer, Integer>> children = new ArrayList<>();
  /* Of each place: the names below it, in order. */
  private final List<IntList> below = new ArrayList<>();
  private final List<Integer> words = new ArrayList<>();

  Names(List<String> names) {
    place();
    for (int name = 0; name < names.size(); name++) {
      String text = JsonText.of(names.get(name)) + ":";
      int at = 0;
      below.get(0).add(name);
      for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
        Integer next = children.get(at).get(value & 0xFF);
        if (next == null) {
          next = place();
          children.get(at).put(value & 0xFF, next);
        }
        at = next;
        below.get(at).add(name);
      }
      words.set(at, name);
    }
  }

  private int place() {
    children.add(new HashMap<>(2));
    below.add(new IntList());
    words.add(-1);
    return words.size() - 1;
  }

  /** The place after a byte, or -1. */
  int step(int place, int value) {
    return children.get(place).getOrDefault(value, -1);
  }

  /** The name that is complete here, or -1. */
  int word(int place) {
    return words.get(place);
  }

  /** The names that can still be reached, in order. */
  IntList below(int place) {
    return below.get(place);
  }
}
