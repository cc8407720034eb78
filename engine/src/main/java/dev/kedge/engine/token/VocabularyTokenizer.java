package dev.kedge.engine.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What the kinds of tokenizers share: special tokens are cut out first, the runs of text between
 * them are encoded by the subclass. Immutable and thread-safe.
 */
abstract sealed class VocabularyTokenizer implements Tokenizer
    permits BpeTokenizer, SentencePieceTokenizer {
  private static final char REPLACEMENT = '\uFFFD';
  private static final byte[] NO_BYTES = new byte[0];

  final Vocabulary vocabulary;
  private final SpecialTokens special;

  /**
   * @param space the character that means a space in spellings of special tokens
   */
  VocabularyTokenizer(Vocabulary vocabulary, char space) {
    this.vocabulary = vocabulary;
    this.special = vocabulary.special(space);
  }

  /** Encodes runs of one text; used by one thread. */
  interface Runs {
    /**
     * Encodes {@code text[from, to)}.
     *
     * @param begins whether the run stands at the start of the text or after a special token
     */
    void encode(String text, int from, int to, boolean begins, TokenList tokens);
  }

  /** A fresh encoder of runs. */
  abstract Runs runs();

  /** The bytes of a token that stands for text. */
  abstract byte[] textBytes(int token);

  @Override
  public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    BitSet trusted = new BitSet();
    if (parseSpecial) trusted.set(0, text.length());
    TokenList tokens = new TokenList();
    if (addSpecial && vocabulary.addsBeginning()) vocabulary.beginning().ifPresent(tokens::add);
    encode(text, trusted, tokens);
    if (addSpecial && vocabulary.addsEnd()) vocabulary.end().ifPresent(tokens::add);
    return tokens.toArray();
  }

  @Override
  public final int[] encodeChat(List<ChatPiece> pieces) {
    StringBuilder text = new StringBuilder();
    BitSet trusted = new BitSet();
    for (ChatPiece piece : pieces) {
      int from = text.length();
      text.append(piece.text());
      if (piece.trusted()) trusted.set(from, text.length());
    }
    TokenList tokens = new TokenList();
    encode(text.toString(), trusted, tokens);
    int[] ids = tokens.toArray();
    OptionalInt beginning = vocabulary.beginning();
    if (!vocabulary.addsBeginning() || beginning.isEmpty()) return ids;
    if (ids.length > 0 && ids[0] == beginning.getAsInt()) return ids;
    int[] begun = new int[ids.length + 1];
    begun[0] = beginning.getAsInt();
    System.arraycopy(ids, 0, begun, 1, ids.length);
    return begun;
  }

  private void encode(String any, BitSet trusted, TokenList tokens) {
    String text = wellFormed(any);
    Runs runs = runs();
    special.partition(
        text,
        trusted,
        new SpecialTokens.Parts() {
          private boolean begins = true;

          @Override
          public void text(int from, int to) {
            runs.encode(text, from, to, begins, tokens);
            begins = false;
          }

          @Override
          public void token(int id) {
            tokens.add(id);
            begins = true;
          }
        });
  }

  /** The text with U+FFFD for each unpaired surrogate; places stay the same. */
  private static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) continue;
      if (Character.isSupplementaryCodePoint(text.codePointAt(i))) {
        i++;
        continue;
      }
      if (fixed == null) fixed = new StringBuilder(text);
      fixed.setCharAt(i, REPLACEMENT);
    }
    return fixed == null ? text : fixed.toString();
  }

  @Override
  public final byte[] bytes(int token) {
    Objects.checkIndex(token, vocabulary.size());
    return vocabulary.type(token).silent() ? NO_BYTES : textBytes(token);
  }

  @Override
  public final String decode(int[] tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(tokens.length * 4);
    for (int token : tokens) bytes.writeBytes(bytes(token));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public final String spelling(int token) {
    return vocabulary.spelling(Objects.checkIndex(token, vocabulary.size()));
  }

  @Override
  public final int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public final OptionalInt beginningOfText() {
    return vocabulary.beginning();
  }

  @Override
  public final OptionalInt endOfText() {
    return vocabulary.end();
  }

  @Override
  public final boolean isEndOfGeneration(int token) {
    return vocabulary.endsGeneration(Objects.checkIndex(token, vocabulary.size()));
  }

  @Override
  public final boolean isControl(int token) {
    return vocabulary.type(Objects.checkIndex(token, vocabulary.size())).silent();
  }
}
