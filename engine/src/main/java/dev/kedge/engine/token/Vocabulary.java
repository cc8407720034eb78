package dev.kedge.engine.token;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The tokens of a GGUF file and what the file says about them, checked. Immutable. */
final class Vocabulary {
  private static final String KEY = "tokenizer.ggml.";
  private static final long ABSENT = 0xFFFF_FFFFL;

  /** Tokens at which generation ends although a file may not say so. */
  private static final Set<String> ENDS =
      Set.of(
          "<|im_end|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end_of_text|>",
          "<|endoftext|>",
          "<end_of_turn>",
          "</s>");

  /** Tokens that begin a turn or its text: with them users could speak for others. */
  private static final Set<String> BEGINS =
      Set.of("<|im_start|>", "<|start_header_id|>", "<|end_header_id|>", "<start_of_turn>");

  private final List<String> spellings;
  private final TokenType[] types;
  private final Map<String, Integer> ids = new HashMap<>();
  private final BitSet ends = new BitSet();
  private final OptionalInt beginning;
  private final OptionalInt end;
  private final OptionalInt unknown;
  private final boolean addsBeginning;
  private final boolean addsEnd;

  /**
   * What holds where a file does not say.
   *
   * @param addsBeginning whether texts get a beginning-of-text token
   * @param beginning its id, or -1
   * @param end the end-of-text token, or -1
   * @param unknown the token for what has no other, or -1
   */
  record Defaults(boolean addsBeginning, int beginning, int end, int unknown) {}

  Vocabulary(Metadata metadata, Defaults defaults) {
    spellings = metadata.strings(KEY + "tokens");
    if (spellings.isEmpty()) throw new FormatException(-1, "the vocabulary has no tokens");
    boolean typed = metadata.has(KEY + "token_type");
    types = types(typed ? metadata.integers(KEY + "token_type") : new int[spellings.size()]);
    beginning = id(metadata, "bos_token_id", defaults.beginning());
    end = id(metadata, "eos_token_id", defaults.end());
    unknown = id(metadata, "unknown_token_id", defaults.unknown());
    id(metadata, "padding_token_id", -1);
    addsBeginning = metadata.flag(KEY + "add_bos_token", defaults.addsBeginning());
    addsEnd = metadata.flag(KEY + "add_eos_token", false);
    end.ifPresent(ends::set);
    id(metadata, "eot_token_id", -1).ifPresent(ends::set);
    id(metadata, "eom_token_id", -1).ifPresent(ends::set);
    for (int id = 0; id < spellings.size(); id++) index(id);
    ends.stream()
        .filter(id -> types[id] == TokenType.USER_DEFINED)
        .forEach(id -> types[id] = TokenType.CONTROL);
    if (!typed) {
      beginning.ifPresent(id -> types[id] = TokenType.CONTROL);
      unknown.ifPresent(id -> types[id] = TokenType.UNKNOWN);
      ends.stream().forEach(id -> types[id] = TokenType.CONTROL);
    }
  }

  private TokenType[] types(int[] codes) {
    if (codes.length != spellings.size()) throw countMismatch("token_type", codes.length);
    TokenType[] read = new TokenType[codes.length];
    for (int id = 0; id < read.length; id++) read[id] = TokenType.of(codes[id], id);
    return read;
  }

  /** Scores by token, none of them NaN. */
  float[] scores(Metadata metadata) {
    float[] scores = metadata.floats(KEY + "scores");
    if (scores.length != spellings.size()) throw countMismatch("scores", scores.length);
    for (int id = 0; id < scores.length; id++) {
      if (Float.isNaN(scores[id])) {
        throw new FormatException(-1, "tokenizer.ggml.scores of token " + id + " is not a number");
      }
    }
    return scores;
  }

  private FormatException countMismatch(String key, int found) {
    return new FormatException(
        -1,
        "%s%s has %d entries; %d were expected, one for each of %stokens"
            .formatted(KEY, key, found, spellings.size(), KEY));
  }

  private OptionalInt id(Metadata metadata, String key, int fallback) {
    if (!metadata.has(KEY + key)) {
      boolean there = fallback >= 0 && fallback < spellings.size();
      return there ? OptionalInt.of(fallback) : OptionalInt.empty();
    }
    long id = metadata.integer(KEY + key);
    if (id == ABSENT || id == -1) return OptionalInt.empty();
    if (id < 0 || id >= spellings.size()) {
      throw new FormatException(
          -1, "%s%s is %d; 0 to %d was expected".formatted(KEY, key, id, spellings.size() - 1));
    }
    return OptionalInt.of((int) id);
  }

  private void index(int id) {
    String spelling = spellings.get(id);
    if (spelling.isEmpty()) return;
    Integer twin = ids.putIfAbsent(spelling, id);
    if (twin != null) {
      throw new FormatException(
          -1, "tokens %d and %d are spelled alike; each once was expected".formatted(twin, id));
    }
    if (!ENDS.contains(spelling) && !BEGINS.contains(spelling)) return;
    // "</s>" is also a piece of HTML that byte-level vocabularies learn; the others mean one thing,
    // also where a file calls them ordinary or user-defined, which would let users write them.
    boolean writable = types[id] == TokenType.NORMAL || types[id] == TokenType.USER_DEFINED;
    if (writable && !spelling.equals("</s>")) types[id] = TokenType.CONTROL;
    if (ENDS.contains(spelling) && types[id] != TokenType.NORMAL) ends.set(id);
  }

  int size() {
    return spellings.size();
  }

  String spelling(int id) {
    return spellings.get(id);
  }

  TokenType type(int id) {
    return types[id];
  }

  /** The token of this spelling, or -1. */
  int id(String spelling) {
    return ids.getOrDefault(spelling, -1);
  }

  OptionalInt beginning() {
    return beginning;
  }

  OptionalInt end() {
    return end;
  }

  OptionalInt unknown() {
    return unknown;
  }

  boolean addsBeginning() {
    return addsBeginning;
  }

  boolean addsEnd() {
    return addsEnd;
  }

  /** Whether generation ends at this token. */
  boolean endsGeneration(int id) {
    return ends.get(id);
  }

  /** The tokens that are looked for in texts, where {@code space} in a spelling means a space. */
  SpecialTokens special(char space) {
    List<SpecialTokens.Pattern> patterns = new ArrayList<>();
    for (int id = 0; id < types.length; id++) {
      boolean found = types[id].silent() || types[id] == TokenType.USER_DEFINED;
      if (!found || spellings.get(id).isEmpty()) continue;
      patterns.add(pattern(id, space));
    }
    return new SpecialTokens(patterns);
  }

  private SpecialTokens.Pattern pattern(int id, char space) {
    String text = spellings.get(id).replace(space, ' ');
    return new SpecialTokens.Pattern(text, id, types[id].silent());
  }
}
