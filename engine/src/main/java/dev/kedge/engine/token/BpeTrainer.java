package dev.kedge.engine.token;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Learns a byte-level BPE vocabulary: all 256 bytes, then the tokens that arise by merging, again
 * and again, the most frequent pair of neighbours within words, then the control tokens (Sennrich,
 * Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", 2016; over bytes as
 * in GPT-2). Deterministic: the result depends neither on the order of the texts nor on hashing; of
 * equally frequent pairs the one with the lower bytes wins. See {@link PairCounts} for the cost.
 *
 * @param vocabularySize most tokens, bytes and control tokens included; fewer where the texts have
 *     too few frequent pairs
 * @param preTokenizer how texts are cut into words, as {@code tokenizer.ggml.pre} names it
 * @param controlTokens spellings of tokens that end the vocabulary, in order; where a text has them
 *     it is cut and they are not counted
 * @param lateSpaces whether a pair whose left part begins with a space counts only in words that
 *     are by then the space and one token: words are built without their space, so that a name has
 *     the same tokens at the start of a JSON string as within a sentence, and whole frequent words
 *     get their space last. Words of nothing but white space are exempt
 * @param leastCount how often a pair must occur to be merged, 1 or more
 */
public record BpeTrainer(
    int vocabularySize,
    String preTokenizer,
    List<String> controlTokens,
    boolean lateSpaces,
    int leastCount) {
  /** Longer words are not counted: they are data, not language, and would cost time. */
  static final int LONGEST_WORD_BYTES = 256;

  public BpeTrainer {
    controlTokens = List.copyOf(controlTokens);
    if (vocabularySize < 256 + controlTokens.size() || leastCount < 1) {
      throw new IllegalArgumentException(
          "a vocabulary of "
              + vocabularySize
              + " cannot hold 256 bytes and "
              + controlTokens.size()
              + " control tokens, or leastCount is below 1: "
              + leastCount);
    }
    if (new HashSet<>(controlTokens).size() < controlTokens.size()) {
      throw new IllegalArgumentException("a control token is named twice: " + controlTokens);
    }
  }

  /** Qwen 2's words (each digit by itself), late spaces, pairs that occur at least twice. */
  public static BpeTrainer of(int vocabularySize, List<String> controlTokens) {
    return new BpeTrainer(vocabularySize, "qwen2", controlTokens, true, 2);
  }

  /**
   * Learns the vocabulary of these texts, which are read once. Holds each distinct word once.
   *
   * @throws dev.kedge.engine.weights.FormatException for an unknown pre-tokenizer
   */
  public BpeVocabulary train(Iterable<String> texts) {
    PairCounts pairs = new PairCounts(countWords(texts), lateSpaces);
    List<String> merges = new ArrayList<>();
    int wanted = vocabularySize - controlTokens.size();
    while (pairs.size() < wanted) {
      PairCounts.Pair pair = pairs.mostFrequent(leastCount);
      if (pair == null) break;
      merges.add(spell(pairs, pair.left()) + " " + spell(pairs, pair.right()));
      pairs.merge(pair);
    }
    List<String> tokens = new ArrayList<>();
    for (int symbol = 0; symbol < pairs.size(); symbol++) tokens.add(spell(pairs, symbol));
    return BpeVocabulary.of(tokens, merges, controlTokens, preTokenizer);
  }

  private static String spell(PairCounts pairs, int symbol) {
    return ByteAlphabet.spell(pairs.bytes(symbol));
  }

  /** How often each word occurs; a word is its bytes as Latin-1. */
  private Map<String, Long> countWords(Iterable<String> texts) {
    PreTokenizer splitter = PreTokenizers.named(preTokenizer).splitter();
    List<SpecialTokens.Pattern> patterns = new ArrayList<>();
    for (String token : controlTokens) {
      patterns.add(new SpecialTokens.Pattern(token, patterns.size(), false));
    }
    SpecialTokens special = new SpecialTokens(patterns);
    Map<String, Long> counts = new HashMap<>();
    for (String text : texts) {
      special.partition(
          text,
          new BitSet(),
          new SpecialTokens.Parts() {
            @Override
            public void text(int from, int to) {
              splitter.split(text, from, to, (start, end) -> count(text, start, end, counts));
            }

            @Override
            public void token(int id) {}
          });
    }
    return counts;
  }

  private static void count(String text, int from, int to, Map<String, Long> counts) {
    if (to - from > LONGEST_WORD_BYTES) return;
    byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_WORD_BYTES) return;
    counts.merge(new String(bytes, StandardCharsets.ISO_8859_1), 1L, Long::sum);
  }
}
