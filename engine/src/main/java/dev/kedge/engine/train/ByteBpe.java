package dev.kedge.engine.train;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A byte-level BPE vocabulary learned from texts: 256 bytes, then merges by falling frequency (ties:
 * the smaller pair of ids), then control tokens. Words are split as the pre-tokenizer {@code qwen2}
 * does. Not thread-safe: encoding fills a cache of words.
 */
final class ByteBpe {
  /** Name of the pre-tokenizer in GGUF files. */
  static final String PRE_TOKENIZER = "qwen2";

  static final String END_OF_TEXT = "<|endoftext|>";
  static final String TURN_START = "<|im_start|>";
  static final String TURN_END = "<|im_end|>";
  private static final List<String> CONTROLS = List.of(END_OF_TEXT, TURN_START, TURN_END);
  private static final int CACHE = 200_000;
  private static final Pattern WORDS =
      Pattern.compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final List<int[]> merges;
  private final Map<Long, Integer> merged = new HashMap<>();
  private final Map<String, int[]> cache = new HashMap<>();

  private ByteBpe(List<int[]> merges) {
    this.merges = merges;
    for (int[] pair : merges) merged.put(key(pair[0], pair[1]), 256 + merged.size());
  }

  /** Counts words of texts; then learns. */
  static final class Learner {
    private final Map<String, long[]> counts = new HashMap<>();

    void count(String text, int times) {
      Matcher words = WORDS.matcher(text);
      while (words.find()) {
        if (words.end() - words.start() > 64) continue;
        counts.computeIfAbsent(words.group(), w -> new long[1])[0] += times;
      }
    }

    /** Learns at most {@code vocabulary} tokens, fewer where no pair occurs twice. */
    ByteBpe learn(int vocabulary) {
      String[] words = counts.keySet().toArray(String[]::new);
      Arrays.sort(words);
      int[][] symbols = new int[words.length][];
      long[] times = new long[words.length];
      for (int i = 0; i < words.length; i++) {
        symbols[i] = bytes(words[i]);
        times[i] = counts.get(words[i])[0];
      }
      List<int[]> merges = new ArrayList<>();
      Map<Long, long[]> pairs = new HashMap<>();
      for (int i = 0; i < words.length; i++) add(pairs, symbols[i], times[i]);
      while (256 + merges.size() + CONTROLS.size() < vocabulary) {
        long best = best(pairs);
        if (best < 0) break;
        int left = (int) (best >>> 32);
        int right = (int) best;
        int id = 256 + merges.size();
        merges.add(new int[] {left, right});
        for (int i = 0; i < symbols.length; i++) {
          if (!contains(symbols[i], left, right)) continue;
          add(pairs, symbols[i], -times[i]);
          symbols[i] = replace(symbols[i], left, right, id);
          add(pairs, symbols[i], times[i]);
        }
      }
      return new ByteBpe(merges);
    }

    private static void add(Map<Long, long[]> pairs, int[] word, long times) {
      for (int i = 0; i + 1 < word.length; i++) {
        pairs.computeIfAbsent(key(word[i], word[i + 1]), k -> new long[1])[0] += times;
      }
    }

    private static long best(Map<Long, long[]> pairs) {
      long best = -1;
      long most = 1;
      for (Map.Entry<Long, long[]> pair : pairs.entrySet()) {
        long count = pair.getValue()[0];
        if (count > most || (count == most && best >= 0 && pair.getKey() < best)) {
          most = count;
          best = pair.getKey();
        }
      }
      return best;
    }
  }

  private static boolean contains(int[] word, int left, int right) {
    for (int i = 0; i + 1 < word.length; i++) {
      if (word[i] == left && word[i + 1] == right) return true;
    }
    return false;
  }

  private static int[] replace(int[] word, int left, int right, int id) {
    int[] result = new int[word.length];
    int n = 0;
    for (int i = 0; i < word.length; i++) {
      if (i + 1 < word.length && word[i] == left && word[i + 1] == right) {
        result[n++] = id;
        i++;
      } else {
        result[n++] = word[i];
      }
    }
    return Arrays.copyOf(result, n);
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private static int[] bytes(String word) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[utf8.length];
    for (int i = 0; i < ids.length; i++) ids[i] = utf8[i] & 0xFF;
    return ids;
  }

  int size() {
    return 256 + merges.size() + CONTROLS.size();
  }

  int control(String name) {
    return 256 + merges.size() + CONTROLS.indexOf(name);
  }

  /** Appends the tokens of a text without control tokens. */
  void encode(String text, IntList to) {
    Matcher words = WORDS.matcher(text);
    while (words.find()) {
      String word = words.group();
      int[] ids = cache.get(word);
      if (ids == null) {
        ids = merge(bytes(word));
        if (cache.size() < CACHE && word.length() < 64) cache.put(word, ids);
      }
      for (int id : ids) to.add(id);
    }
  }

  private int[] merge(int[] start) {
    int[] word = start;
    while (word.length > 1) {
      int lowest = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < word.length; i++) {
        Integer id = merged.get(key(word[i], word[i + 1]));
        if (id != null) lowest = Math.min(lowest, id);
      }
      if (lowest == Integer.MAX_VALUE) break;
      int[] pair = merges.get(lowest - 256);
      word = replace(word, pair[0], pair[1], lowest);
    }
    return word;
  }

  /** The tokens as GGUF spells them: bytes as visible characters, control tokens as they are. */
  List<String> spellings() {
    List<String> spellings = new ArrayList<>();
    for (int b = 0; b < 256; b++) spellings.add(String.valueOf(visible(b)));
    for (int[] pair : merges) spellings.add(spellings.get(pair[0]) + spellings.get(pair[1]));
    spellings.addAll(CONTROLS);
    return spellings;
  }

  /** The merges as GGUF spells them. */
  List<String> mergeSpellings() {
    List<String> spellings = spellings();
    List<String> result = new ArrayList<>();
    for (int[] pair : merges) result.add(spellings.get(pair[0]) + " " + spellings.get(pair[1]));
    return result;
  }

  /** GGUF token types: 1 normal, 3 control. */
  int[] types() {
    int[] types = new int[size()];
    Arrays.fill(types, 1);
    Arrays.fill(types, types.length - CONTROLS.size(), types.length, 3);
    return types;
  }

  /* Printable Latin-1 bytes stand for themselves, the others for U+0100 and following. */
  private static char visible(int b) {
    if (printable(b)) return (char) b;
    int rank = 0;
    for (int i = 0; i < b; i++) if (!printable(i)) rank++;
    return (char) (256 + rank);
  }

  private static boolean printable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
  }
}
