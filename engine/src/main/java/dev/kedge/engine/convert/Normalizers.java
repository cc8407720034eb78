package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tokenizer.json does to texts before it splits them. GGUF has no place for it: what the
 * tokenizers of the known families do is known to their readers, anything else would be lost, and
 * the model would read other tokens than it was trained on.
 */
final class Normalizers {
  private static final Set<String> KNOWN = Set.of("Sequence", "Prepend", "Replace", "NFC");

  private Normalizers() {}

  /**
   * @throws FormatException where there is an unknown one
   */
  static void check(JsonFields json) {
    check(json.members().get("normalizer"));
  }

  private static void check(@Nullable Object node) {
    if (!(node instanceof Map<?, ?> map)) return;
    String type = String.valueOf(map.get("type"));
    if (!KNOWN.contains(type)) {
      throw new FormatException(
          -1,
          "tokenizer.json changes texts in a way that is not known ("
              + type
              + "); known are NFC, and Prepend and Replace as SentencePiece has them");
    }
    if (map.get("normalizers") instanceof List<?> list) list.forEach(Normalizers::check);
  }
}
