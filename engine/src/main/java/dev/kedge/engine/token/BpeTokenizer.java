package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte-level BPE with ranked merges, as GPT-2, Llama 3 and Qwen use it: a text is cut into words,
 * each word starts as its UTF-8 bytes, and the pair of neighbours that stands first in the list of
 * merges is merged until none is left. Every text can be encoded, and decoding gives it back, if
 * the vocabulary has all 256 bytes; a byte without a token becomes the unknown token, or nothing
 * where there is none. Text is not normalized, as GGUF does not say whether it should be.
 */
final class BpeTokenizer extends VocabularyTokenizer {
  private final PreTokenizers words;
  private final MergeTable merges;
  private final int[] byteSymbols = new int[256];

  /** Token by its bytes as Latin-1; empty where words are always merged. */
  private final Map<String, Integer> wholeWords = new HashMap<>();

  static BpeTokenizer of(Metadata metadata) {
    PreTokenizers words =
        PreTokenizers.named(metadata.string("tokenizer.ggml.pre", PreTokenizers.DEFAULT_NAME));
    var defaults = new Vocabulary.Defaults(words.addsBeginning(), -1, -1, -1);
    return new BpeTokenizer(
        new Vocabulary(metadata, defaults), words, metadata.strings("tokenizer.ggml.merges"));
  }

  private BpeTokenizer(Vocabulary vocabulary, PreTokenizers words, List<String> merges) {
    super(vocabulary, ' ');
    this.words = words;
    for (int value = 0; value < 256; value++) {
      int id = vocabulary.id(String.valueOf(ByteAlphabet.character(value)));
      byteSymbols[value] = id >= 0 && !vocabulary.type(id).silent() ? id : ~value;
    }
    this.merges = table(vocabulary, merges);
    for (int id = 0; words.wholeWords() && id < vocabulary.size(); id++) {
      String spelling = vocabulary.spelling(id);
      if (vocabulary.type(id) != TokenType.NORMAL || !ByteAlphabet.spells(spelling)) continue;
      byte[] bytes = ByteAlphabet.parse(spelling);
      wholeWords.put(new String(bytes, StandardCharsets.ISO_8859_1), id);
    }
  }

  /** A merge that would make a control token is left out: users could spell it. */
  private static MergeTable table(Vocabulary vocabulary, List<String> merges) {
    MergeTable.Builder table = new MergeTable.Builder();
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      if (space < 1 || space == merge.length() - 1) {
        throw new FormatException(
            -1, "merge %d is not two tokens with a space between them".formatted(rank));
      }
      int left = vocabulary.id(merge.substring(0, space));
      int right = vocabulary.id(merge.substring(space + 1));
      int merged = vocabulary.id(merge.substring(0, space) + merge.substring(space + 1));
      if (left < 0 || right < 0 || merged < 0) {
        throw new FormatException(
            -1, "merge %d joins or makes something that is no token".formatted(rank));
      }
      if (!vocabulary.type(merged).silent()) table.add(left, right, rank, merged);
    }
    return table.build();
  }

  @Override
  Runs runs() {
    Merger merger = new Merger(merges);
    return (text, from, to, _, tokens) ->
        words
            .splitter()
            .split(text, from, to, (start, end) -> word(text, start, end, merger, tokens));
  }

  private void word(String text, int from, int to, Merger merger, TokenList tokens) {
    byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    if (!wholeWords.isEmpty()) {
      Integer whole = wholeWords.get(new String(bytes, StandardCharsets.ISO_8859_1));
      if (whole != null) {
        tokens.add(whole);
        return;
      }
    }
    merger.clear();
    for (byte value : bytes) merger.add(byteSymbols[value & 0xFF]);
    merger.merge();
    for (int at = merger.first(); at >= 0; at = merger.after(at)) {
      int symbol = merger.symbol(at);
      if (symbol >= 0) tokens.add(symbol);
      else vocabulary.unknown().ifPresent(tokens::add);
    }
  }

  @Override
  byte[] textBytes(int token) {
    String spelling = vocabulary.spelling(token);
    return vocabulary.type(token) == TokenType.USER_DEFINED
        ? spelling.getBytes(StandardCharsets.UTF_8)
        : ByteAlphabet.parse(spelling);
  }
}
