package dev.kedge.engine.token;

import dev.kedge.engine.weights.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A byte-level BPE vocabulary, as {@link BpeTrainer} learns it and GGUF stores it. The control
 * token that ends a turn ({@code <|im_end|>} and the like) or else a text becomes the end-of-text
 * token; {@code <|endoftext|>} also pads.
 *
 * @param tokens spellings by id, bytes in GGUF's alphabet ({@code Ġ} is a space)
 * @param merges pairs of spellings, separated by a space, most important first
 * @param types by id: 1 ordinary, 3 control
 * @param controlTokens ids by spelling
 * @param preTokenizer as {@code tokenizer.ggml.pre} names it
 */
public record BpeVocabulary(
    List<String> tokens,
    List<String> merges,
    int[] types,
    Map<String, Integer> controlTokens,
    String preTokenizer) {
  private static final List<String> ENDS =
      List.of("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|endoftext|>", "</s>");
  private static final String PADDING = "<|endoftext|>";

  public BpeVocabulary {
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    types = types.clone();
    controlTokens = Map.copyOf(controlTokens);
    if (types.length != tokens.size()) {
      throw new IllegalArgumentException(
          tokens.size() + " tokens have " + types.length + " types; one each was expected");
    }
  }

  /** Ordinary tokens, then control tokens. */
  static BpeVocabulary of(
      List<String> ordinary, List<String> merges, List<String> control, String preTokenizer) {
    List<String> tokens = new ArrayList<>(ordinary);
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String token : control) {
      ids.put(token, tokens.size());
      tokens.add(token);
    }
    int[] types = new int[tokens.size()];
    Arrays.fill(types, TokenType.NORMAL.code());
    Arrays.fill(types, ordinary.size(), types.length, TokenType.CONTROL.code());
    return new BpeVocabulary(tokens, merges, types, ids, preTokenizer);
  }

  public int size() {
    return tokens.size();
  }

  /** The id of a control token. */
  public OptionalInt control(String spelling) {
    Integer id = controlTokens.get(spelling);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Writes the {@code tokenizer.ggml.*} keys of a GGUF file. */
  public void putInto(Metadata.Builder metadata) {
    metadata
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", preTokenizer)
        .strings("tokenizer.ggml.tokens", tokens)
        .int32s("tokenizer.ggml.token_type", types)
        .strings("tokenizer.ggml.merges", merges)
        .flag("tokenizer.ggml.add_bos_token", false)
        .flag("tokenizer.ggml.add_eos_token", false);
    for (String end : ENDS) {
      Integer id = controlTokens.get(end);
      if (id == null) continue;
      metadata.uint32("tokenizer.ggml.eos_token_id", id);
      break;
    }
    Integer padding = controlTokens.get(PADDING);
    if (padding != null) metadata.uint32("tokenizer.ggml.padding_token_id", padding);
  }

  /** The tokenizer of this vocabulary. */
  public Tokenizer tokenizer() {
    Metadata.Builder metadata = Metadata.builder();
    putInto(metadata);
    return Tokenizers.of(metadata.build());
  }
}
