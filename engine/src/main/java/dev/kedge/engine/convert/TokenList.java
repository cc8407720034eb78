package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The tokens of a tokenizer.json by id, with their types as GGUF numbers them. */
final class TokenList {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  private static final int MOST = 1 << 22;
  /* Some publishers forget to mark these as special. */
  private static final Pattern LOOKS_SPECIAL =
      Pattern.compile("<\\|[^|]*\\|>|<pad>|<s>|</s>|<unk>");

  private final @Nullable String[] spellings;
  private final int[] types;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * @param size number of tokens; ids that the file leaves out become unused tokens
   */
  TokenList(JsonFields vocabulary, List<?> added, int size) {
    if (size > MOST) throw tooMany();
    spellings = new String[size];
    types = new int[size];
    Arrays.fill(types, UNUSED);
    vocabulary.members().forEach((spelling, id) -> put(String.valueOf(spelling), id(id), NORMAL));
    for (Object each : added) {
      if (!(each instanceof Map<?, ?> map))
        throw new FormatException(-1, "an added token is no object");
      JsonFields token = new JsonFields("tokenizer.json, added_tokens", map);
      add(
          token.text("content").orElse(""),
          token.requireWhole("id"),
          token.flag("special").orElse(false));
    }
    for (int id = 0; id < spellings.length; id++) {
      if (spellings[id] == null) put("[PAD" + id + "]", id, UNUSED);
    }
  }

  private static int id(@Nullable Object id) {
    return JsonFields.whole(id)
        .orElseThrow(() -> new FormatException(-1, "tokenizer.json: a token has the id " + id));
  }

  private static FormatException tooMany() {
    return new FormatException(-1, "a vocabulary of more than " + MOST + " tokens");
  }

  /** Adds a token that is found in texts as a whole, or gives an ordinary one that type. */
  void add(String spelling, int id, boolean special) {
    boolean control = special || LOOKS_SPECIAL.matcher(spelling).matches();
    put(spelling, id, control ? CONTROL : USER_DEFINED);
  }

  private void put(String spelling, int id, int type) {
    if (id >= spellings.length) {
      throw new FormatException(
          -1,
          "token %d lies beyond the vocabulary of %d that config.json gives"
              .formatted(id, spellings.length));
    }
    String before = spellings[id];
    if (before != null && !before.equals(spelling)) {
      throw new FormatException(
          -1,
          "tokenizer.json: token " + id + " is spelled '" + before + "' and '" + spelling + "'");
    }
    spellings[id] = spelling;
    types[id] = type;
    ids.put(spelling, id);
  }

  List<String> spellings() {
    return Arrays.stream(spellings).map(Objects::requireNonNull).toList();
  }

  int[] types() {
    return types;
  }

  int size() {
    return spellings.length;
  }

  Optional<Integer> id(String spelling) {
    return Optional.ofNullable(ids.get(spelling));
  }
}
