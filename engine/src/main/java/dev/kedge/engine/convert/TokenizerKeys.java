package dev.kedge.engine.convert;

import dev.kedge.engine.token.SentencePieceModel;
import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the keys of the tokenizer: of tokenizer.model (SentencePiece) where it is there, else of
 * tokenizer.json, byte-level BPE or a SentencePiece vocabulary that was turned into merges.
 */
final class TokenizerKeys {
  private static final String KEY = "tokenizer.ggml.";
  private static final int MAX_MODEL = 64 << 20;
  private static final float NEVER_MERGED = -1e9f;

  private final ModelFolder folder;
  private final Metadata.Builder out;
  private final int size;
  private List<String> spellings = List.of();

  private TokenizerKeys(ModelFolder folder, Metadata.Builder out, int size) {
    this.folder = folder;
    this.out = out;
    this.size = size;
  }

  /**
   * Writes the keys.
   *
   * @param size rows of the embedding; tokens that are missing become unused ones
   * @throws FormatException for a tokenizer of another kind
   */
  static void write(ModelFolder folder, JsonFields config, Metadata.Builder out, int size)
      throws IOException {
    new TokenizerKeys(folder, out, size).write(config);
  }

  private void write(JsonFields config) throws IOException {
    Optional<JsonFields> json = folder.json("tokenizer.json");
    Optional<byte[]> model = folder.bytes("tokenizer.model", MAX_MODEL);
    boolean pieces = json.isEmpty() || json.get().object("model").map(this::ofPieces).orElse(false);
    if (model.isPresent() && pieces) sentencePiece(SentencePieceModel.read(model.get()), json);
    else if (json.isEmpty()) {
      throw new FormatException(
          -1, "the folder has neither tokenizer.json nor a SentencePiece tokenizer.model");
    } else if (pieces) piecesWithMerges(json.get());
    else byteLevel(json.get());
    new SpecialTokenKeys(folder, out, spellings).write(config, json);
  }

  private boolean ofPieces(JsonFields model) {
    return model.flag("byte_fallback").orElse(false);
  }

  private TokenList read(JsonFields json) {
    Normalizers.check(json);
    JsonFields model = json.object("model").orElseThrow(() -> missing("model"));
    String type = model.text("type").orElse("BPE");
    if (!type.equals("BPE")) {
      throw new FormatException(-1, "tokenizer.json: a model of type " + type + "; BPE is known");
    }
    JsonFields vocabulary = model.object("vocab").orElseThrow(() -> missing("model.vocab"));
    List<?> added = json.array("added_tokens").orElse(List.of());
    return new TokenList(vocabulary, added, size);
  }

  private static FormatException missing(String key) {
    return new FormatException(-1, "tokenizer.json has no '" + key + "'");
  }

  private static List<String> merges(JsonFields json) {
    List<String> merges = new ArrayList<>();
    List<?> all =
        json.object("model")
            .flatMap(m -> m.array("merges"))
            .orElseThrow(() -> missing("model.merges"));
    for (Object merge : all) {
      switch (merge) {
        case String text -> merges.add(text);
        case List<?> pair when pair.size() == 2 -> merges.add(pair.get(0) + " " + pair.get(1));
        default -> throw new FormatException(-1, "tokenizer.json: a merge is no pair");
      }
    }
    return merges;
  }

  private void byteLevel(JsonFields json) {
    TokenList list = read(json);
    spellings = list.spellings();
    out.string(KEY + "model", "gpt2")
        .string(KEY + "pre", SplitPatterns.name(json))
        .strings(KEY + "tokens", spellings)
        .int32s(KEY + "token_type", list.types())
        .strings(KEY + "merges", merges(json));
  }

  /* A merge's rank says what the score of its result said before. */
  private void piecesWithMerges(JsonFields json) {
    TokenList list = read(json);
    Map<String, Integer> ranks = new HashMap<>();
    List<String> merges = merges(json);
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ');
      if (space < 1) throw new FormatException(-1, "tokenizer.json: a merge is no pair");
      ranks.putIfAbsent(merge.substring(0, space) + merge.substring(space + 1), rank);
    }
    float[] scores = new float[list.size()];
    int[] types = list.types();
    List<String> names = list.spellings();
    for (int id = 0; id < scores.length; id++) {
      Integer rank = ranks.get(names.get(id));
      scores[id] = rank == null ? NEVER_MERGED : -rank;
      if (names.get(id).matches("<0x[0-9A-F]{2}>")) types[id] = TokenList.BYTE;
    }
    json.object("model")
        .flatMap(model -> model.text("unk_token"))
        .flatMap(list::id)
        .ifPresent(id -> types[id] = TokenList.UNKNOWN);
    spellings = names;
    out.string(KEY + "model", "llama")
        .string(KEY + "pre", "default")
        .strings(KEY + "tokens", names)
        .floats(KEY + "scores", scores)
        .int32s(KEY + "token_type", types)
        .flag(KEY + "add_space_prefix", SplitPatterns.putsSpaceBefore(json));
  }

  private void sentencePiece(SentencePieceModel model, Optional<JsonFields> json) {
    int count = Math.max(size, model.pieces().size());
    if (count > size) {
      throw new FormatException(
          -1, "tokenizer.model has " + count + " pieces, the embedding only " + size + " rows");
    }
    List<String> names = new ArrayList<>(model.pieces());
    float[] scores = Arrays.copyOf(model.scores(), count);
    int[] types = Arrays.copyOf(model.types(), count);
    while (names.size() < count) {
      scores[names.size()] = NEVER_MERGED;
      types[names.size()] = TokenList.UNUSED;
      names.add("[PAD" + names.size() + "]");
    }
    json.ifPresent(file -> {
      TokenList list = read(file);
      List<String> listed = list.spellings();
      for (int id = model.pieces().size(); id < count; id++) {
        names.set(id, listed.get(id));
        types[id] = list.types()[id];
      }
    });
    model.putInto(out);
    out.strings(KEY + "tokens", names)
        .floats(KEY + "scores", scores)
        .int32s(KEY + "token_type", types);
    spellings = names;
  }
}
