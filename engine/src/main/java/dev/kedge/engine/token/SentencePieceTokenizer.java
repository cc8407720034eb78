package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * BPE with scores, as SentencePiece's BPE models (Llama 1 and 2, Mistral) use it (Kudo, Richardson,
 * "SentencePiece", 2018): spaces become {@code ▁}, a run starts as its characters, and the
 * neighbours whose joined spelling is the token with the highest score are merged until none is
 * left. Characters without a token become the tokens of their UTF-8 bytes. Where the vocabulary
 * asks for it, a run at the start of a text or after a special token is encoded as if a space stood
 * before it; decoding shows that space.
 *
 * <p>The scores are turned into a table of pairs once: every way to cut a token into two that are
 * tokens or single characters, ranked by the token's score.
 */
final class SentencePieceTokenizer extends VocabularyTokenizer {
  private static final char SPACE = '▁';
  private static final int NO_SYMBOL = Integer.MIN_VALUE;
  private static final int LONGEST_TOKEN = 256;
  private static final int BYTE_SPELLING = "<0x00>".length();

  private final MergeTable merges;
  private final boolean addsSpace;
  private final int[] byteTokens = new int[256];
  private final boolean byteFallback;

  /** The symbols of the characters of the basic multilingual plane, for speed. */
  private final int[] basicSymbols = new int[Character.MIN_SUPPLEMENTARY_CODE_POINT];

  static SentencePieceTokenizer of(Metadata metadata) {
    Vocabulary vocabulary = new Vocabulary(metadata, new Vocabulary.Defaults(true, 1, 2, 0));
    return new SentencePieceTokenizer(
        vocabulary,
        vocabulary.scores(metadata),
        metadata.flag("tokenizer.ggml.add_space_prefix", true));
  }

  private SentencePieceTokenizer(Vocabulary vocabulary, float[] scores, boolean addsSpace) {
    super(vocabulary, SPACE);
    this.addsSpace = addsSpace;
    Arrays.fill(byteTokens, -1);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.type(id) == TokenType.BYTE) byteTokens[byteValue(id)] = id;
    }
    byteFallback = Arrays.stream(byteTokens).allMatch(id -> id >= 0);
    merges = table(scores);
    Arrays.setAll(basicSymbols, point -> ~point);
    for (int id = 0; id < vocabulary.size(); id++) {
      String spelling = vocabulary.spelling(id);
      if (spelling.length() == 1 && mergeable(id)) basicSymbols[spelling.charAt(0)] = id;
    }
  }

  private MergeTable table(float[] scores) {
    int[] ranks = ranks(scores);
    MergeTable.Builder table = new MergeTable.Builder();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (!mergeable(id)) continue;
      String spelling = vocabulary.spelling(id);
      if (spelling.length() > LONGEST_TOKEN) {
        throw new FormatException(
            -1,
            "token %d has %d characters; at most %d were expected"
                .formatted(id, spelling.length(), LONGEST_TOKEN));
      }
      int cut = 0;
      while (cut < spelling.length()) {
        cut += Character.charCount(spelling.codePointAt(cut));
        if (cut == spelling.length()) break;
        int left = symbol(spelling.substring(0, cut));
        if (left == NO_SYMBOL) continue;
        int right = symbol(spelling.substring(cut));
        if (right != NO_SYMBOL) table.add(left, right, ranks[id], id);
      }
    }
    return table.build();
  }

  /** Equal scores have equal ranks; the highest score has rank 0. */
  private static int[] ranks(float[] scores) {
    float[] sorted = scores.clone();
    for (int i = 0; i < sorted.length; i++) sorted[i] += 0f;
    Arrays.sort(sorted);
    int distinct = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) sorted[distinct++] = sorted[i];
    }
    int[] ranks = new int[scores.length];
    for (int id = 0; id < ranks.length; id++) {
      ranks[id] = distinct - 1 - Arrays.binarySearch(sorted, 0, distinct, scores[id] + 0f);
    }
    return ranks;
  }

  /** The symbol of a spelling: a token, or a single character that is none. */
  private int symbol(String spelling) {
    int id = vocabulary.id(spelling);
    if (id >= 0 && mergeable(id)) return id;
    int point = spelling.codePointAt(0);
    return Character.charCount(point) == spelling.length() ? ~point : NO_SYMBOL;
  }

  /** Control and byte tokens never arise from text that spells them. */
  private boolean mergeable(int id) {
    TokenType type = vocabulary.type(id);
    return !type.silent() && type != TokenType.BYTE && !vocabulary.spelling(id).isEmpty();
  }

  private int byteValue(int id) {
    String spelling = vocabulary.spelling(id);
    if (spelling.length() == BYTE_SPELLING
        && spelling.startsWith("<0x")
        && spelling.endsWith(">")) {
      int high = Character.digit(spelling.charAt(3), 16);
      int low = Character.digit(spelling.charAt(4), 16);
      if (high >= 0 && low >= 0) return high << 4 | low;
    }
    throw new FormatException(-1, "token %d is a byte and not spelled like <0x0A>".formatted(id));
  }

  @Override
  Runs runs() {
    Merger merger = new Merger(merges);
    return (text, from, to, begins, tokens) -> {
      merger.clear();
      if (begins && addsSpace) merger.add(symbolOf(SPACE));
      for (int at = from; at < to; ) {
        int point = text.codePointAt(at);
        merger.add(symbolOf(point == ' ' ? SPACE : point));
        at += Character.charCount(point);
      }
      merger.merge();
      for (int at = merger.first(); at >= 0; at = merger.after(at)) {
        emit(merger.symbol(at), tokens);
      }
    };
  }

  private int symbolOf(int codePoint) {
    return codePoint < basicSymbols.length
        ? basicSymbols[codePoint]
        : symbol(Character.toString(codePoint));
  }

  private void emit(int symbol, TokenList tokens) {
    if (symbol >= 0) {
      tokens.add(symbol);
    } else if (byteFallback) {
      byte[] bytes = Character.toString(~symbol).getBytes(StandardCharsets.UTF_8);
      for (byte value : bytes) tokens.add(byteTokens[value & 0xFF]);
    } else {
      vocabulary.unknown().ifPresent(tokens::add);
    }
  }

  @Override
  byte[] textBytes(int token) {
    if (vocabulary.type(token) == TokenType.BYTE) return new byte[] {(byte) byteValue(token)};
    return vocabulary.spelling(token).replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
