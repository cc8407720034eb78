package dev.kedge.engine.grammar;

import dev.kedge.engine.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Strings as bytes of JSON. Where a string must be one of a certain language, it is written in its
 * one canonical form ({@link JsonText}), so that what it means can be read off its bytes.
 */
final class JsonStrings {
  /* One character of a free string: plain UTF-8, or any escape, surrogates in pairs only. */
  private static final String HEX = "[0-9A-Fa-f]";
  static final Dfa CHARACTER =
      Regex.compile(
          new Regex.Choice(
              List.of(
                  PatternParser.whole(
                      "\\\\([\"\\\\/bfnrt]|u([0-9A-Ca-cE-Fe-f]H{3}|[Dd][0-7]H{2}|[Dd][89ABab]H{2}\\\\u[Dd][C-Fc-f]H{2}))"
                          .replace("H", HEX)),
                  utf8())),
          new Work());

  /** One character that is written as it is. */
  static final Dfa PLAIN = Regex.compile(utf8(), new Work());

  private JsonStrings() {}

  private static Regex utf8() {
    Regex tail = Regex.of(0x80, 0xBF);
    return new Regex.Choice(
        List.of(
            Regex.of(0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F),
            sequence(Regex.of(0xC2, 0xDF), tail),
            sequence(Regex.of(0xE0, 0xE0), Regex.of(0xA0, 0xBF), tail),
            sequence(Regex.of(0xE1, 0xEC, 0xEE, 0xEF), tail, tail),
            sequence(Regex.of(0xED, 0xED), Regex.of(0x80, 0x9F), tail),
            sequence(Regex.of(0xF0, 0xF0), Regex.of(0x90, 0xBF), tail, tail),
            sequence(Regex.of(0xF1, 0xF3), tail, tail, tail),
            sequence(Regex.of(0xF4, 0xF4), Regex.of(0x80, 0x8F), tail, tail)));
  }

  private static Regex sequence(Regex... parts) {
    return new Regex.Sequence(List.of(parts));
  }

  /** All strings but these, by code points: a tree of the names with a way out of it everywhere. */
  static Dfa otherThan(Collection<String> names, Work work) {
    Nfa nfa = new Nfa(work);
    int elsewhere = nfa.state();
    int root = nfa.state();
    BitSet accepting = new BitSet();
    accepting.set(elsewhere);
    accepting.set(root);
    Map<Integer, SortedMap<Integer, Integer>> tree = new HashMap<>();
    List<Integer> complete = new ArrayList<>();
    for (String name : names) {
      int at = root;
      for (int point : name.codePoints().toArray()) {
        SortedMap<Integer, Integer> children = tree.computeIfAbsent(at, _ -> new TreeMap<>());
        at = children.computeIfAbsent(point, _ -> nfa.state());
        accepting.set(at);
      }
      tree.computeIfAbsent(at, _ -> new TreeMap<>());
      complete.add(at);
    }
    complete.forEach(accepting::clear);
    rest(nfa, elsewhere, new TreeMap<>(), elsewhere);
    tree.forEach((from, children) -> rest(nfa, from, children, elsewhere));
    return nfa.deterministic(root, accepting);
  }

  private static void rest(Nfa nfa, int from, SortedMap<Integer, Integer> children, int to) {
    int next = 0;
    for (Map.Entry<Integer, Integer> child : children.entrySet()) {
      int point = child.getKey();
      if (next < point) nfa.edge(from, next, point - 1, to);
      nfa.edge(from, point, point, child.getValue());
      next = point + 1;
    }
    nfa.edge(from, next, Character.MAX_CODE_POINT, to);
  }

  /** From the code points of a string to the bytes of its canonical form in quotes. */
  static Dfa quoted(Dfa content, Work work) {
    Nfa nfa = new Nfa(work);
    int start = nfa.state();
    int end = nfa.state();
    int[] states = new int[content.states()];
    for (int i = 0; i < states.length; i++) states[i] = nfa.state();
    if (states.length > 0) nfa.edge(start, '"', '"', states[0]);
    for (int i = 0; i < states.length; i++) {
      int from = states[i];
      content.transitions(
          i,
          Character.MAX_CODE_POINT,
          (low, high, to) -> characters(nfa, from, low, high, states[to]));
      if (content.accepts(i)) nfa.edge(from, '"', '"', end);
    }
    BitSet accepting = new BitSet();
    accepting.set(end);
    return nfa.deterministic(start, accepting);
  }

  private static void characters(Nfa nfa, int from, int low, int high, int to) {
    for (int point = low; point <= Math.min(high, 0x5C); point++) {
      if (point < 0x20 || point == '"' || point == '\\') {
        StringBuilder escaped = new StringBuilder();
        JsonText.escape((char) point, escaped);
        word(nfa, from, escaped.toString().getBytes(StandardCharsets.US_ASCII), to);
      } else {
        nfa.edge(from, point, point, to);
      }
    }
    plain(nfa, from, Math.max(low, 0x5D), Math.min(high, 0xD7FF), to);
    plain(nfa, from, Math.max(low, 0xE000), high, to);
  }

  private static void word(Nfa nfa, int from, byte[] bytes, int to) {
    int at = from;
    for (int i = 0; i < bytes.length; i++) {
      int next = i + 1 < bytes.length ? nfa.state() : to;
      nfa.edge(at, bytes[i] & 0xFF, bytes[i] & 0xFF, next);
      at = next;
    }
  }

  /* Cuts a range of code points until all of one part differ only in whole trailing bytes. */
  private static void plain(Nfa nfa, int from, int low, int high, int to) {
    if (low > high) return;
    for (int end : new int[] {0x7F, 0x7FF, 0xFFFF}) {
      if (low <= end && high > end) {
        plain(nfa, from, low, end, to);
        plain(nfa, from, end + 1, high, to);
        return;
      }
    }
    if (high > 0x7F) {
      for (int bits = 6; bits <= 18; bits += 6) {
        int mask = (1 << bits) - 1;
        if ((low & ~mask) == (high & ~mask)) break;
        int cut = (low & mask) != 0 ? low | mask : (high & mask) != mask ? (high & ~mask) - 1 : -1;
        if (cut >= 0) {
          plain(nfa, from, low, cut, to);
          plain(nfa, from, cut + 1, high, to);
          return;
        }
      }
    }
    byte[] first = Character.toString(low).getBytes(StandardCharsets.UTF_8);
    byte[] last = Character.toString(high).getBytes(StandardCharsets.UTF_8);
    int at = from;
    for (int i = 0; i < first.length; i++) {
      int next = i + 1 < first.length ? nfa.state() : to;
      nfa.edge(at, first[i] & 0xFF, last[i] & 0xFF, next);
      at = next;
    }
  }
}
