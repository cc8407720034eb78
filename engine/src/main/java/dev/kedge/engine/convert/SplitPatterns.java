package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a tokenizer.json does to texts before it merges, by the name that GGUF has for it. */
final class SplitPatterns {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String REST =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String WORDS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";

  private static final Map<String, String> NAMES =
      Map.of(
          CONTRACTIONS + WORDS + "|\\p{N}{1,3}" + REST,
          "llama-bpe",
          CONTRACTIONS + WORDS + "|\\p{N}" + REST,
          "qwen2",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
              + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?"
              + "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
              + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          "tekken");

  private SplitPatterns() {}

  /** The value of {@code tokenizer.ggml.pre}. */
  static String name(JsonFields json) {
    List<String> patterns = new ArrayList<>();
    boolean[] own = new boolean[1];
    json.object("pre_tokenizer").ifPresent(root -> collect(root.members(), patterns, own));
    if (patterns.isEmpty() && own[0]) return "gpt-2";
    String name = patterns.size() == 1 ? NAMES.get(patterns.getFirst()) : null;
    if (name != null) return name;
    String shown = String.join(" then ", patterns);
    throw new FormatException(
        -1,
        "tokenizer.json splits texts in a way that is not known ("
            + (shown.isEmpty() ? type(json) : shown)
            + "); known are those of Llama 3, Qwen 2, Mistral Nemo and GPT-2");
  }

  private static String type(JsonFields json) {
    return json.object("pre_tokenizer").flatMap(root -> root.text("type")).orElse("not at all");
  }

  /* All patterns, in order, and whether the byte level splits by its own one. */
  private static void collect(@Nullable Object node, List<String> patterns, boolean[] own) {
    switch (node) {
      case Map<?, ?> map -> {
        if (map.get("Regex") instanceof String pattern) patterns.add(pattern);
        boolean bytes = "ByteLevel".equals(map.get("type"));
        own[0] |= bytes && !Boolean.FALSE.equals(map.get("use_regex"));
        for (Object child : map.values()) collect(child, patterns, own);
      }
      case List<?> list -> {
        for (Object child : list) collect(child, patterns, own);
      }
      case null, default -> {}
    }
  }

  /** Whether a space is put before texts, by a normalizer or by the pre-tokenizer. */
  static boolean putsSpaceBefore(JsonFields json) {
    return prepends(json.members().get("normalizer"))
        || prepends(json.members().get("pre_tokenizer"));
  }

  private static boolean prepends(@Nullable Object node) {
    return switch (node) {
      case Map<?, ?> map -> {
        Object type = map.get("type");
        boolean here =
            "Prepend".equals(type)
                || ("Metaspace".equals(type)
                    && !"never".equals(map.get("prepend_scheme"))
                    && !Boolean.FALSE.equals(map.get("add_prefix_space")));
        yield here || map.values().stream().anyMatch(SplitPatterns::prepends);
      }
      case List<?> list -> list.stream().anyMatch(SplitPatterns::prepends);
      case null, default -> false;
    };
  }
}
