package dev.kedge.engine.convert;

import dev.kedge.engine.weights.FormatException;
import dev.kedge.engine.weights.Metadata;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes which tokens begin, end and pad texts, and the chat template. */
final class SpecialTokenKeys {
  private static final String KEY = "tokenizer.ggml.";
  private static final String TEMPLATE = "tokenizer.chat_template";

  private final ModelFolder folder;
  private final Metadata.Builder out;
  private final int size;
  private final Map<String, Integer> ids = new HashMap<>();

  SpecialTokenKeys(ModelFolder folder, Metadata.Builder out, List<String> spellings) {
    this.folder = folder;
    this.out = out;
    this.size = spellings.size();
    for (int id = 0; id < size; id++) ids.put(spellings.get(id), id);
  }

  void write(JsonFields config, Optional<JsonFields> tokenizer) throws IOException {
    JsonFields settings =
        folder
            .json("tokenizer_config.json")
            .orElse(new JsonFields("tokenizer_config.json", Map.of()));
    Optional<JsonFields> generation = folder.json("generation_config.json");
    put("bos_token_id", named(settings, "bos_token").or(() -> first(config, "bos_token_id")));
    Optional<Integer> end = named(settings, "eos_token").or(() -> first(config, "eos_token_id"));
    put("eos_token_id", end);
    put("unknown_token_id", named(settings, "unk_token"));
    put("padding_token_id", named(settings, "pad_token").or(() -> first(config, "pad_token_id")));
    otherEnds(config, generation, end);
    boolean begins =
        settings
            .flag("add_bos_token")
            .orElseGet(() -> tokenizer.map(SpecialTokenKeys::putsTokenBefore).orElse(false));
    out.flag(KEY + "add_bos_token", begins);
    out.flag(KEY + "add_eos_token", settings.flag("add_eos_token").orElse(false));
    template(settings);
  }

  private void put(String key, Optional<Integer> id) {
    id.ifPresent(value -> {
      if (value >= size) {
        throw new FormatException(-1, key + " is " + value + " of " + size + " tokens");
      }
      out.uint32(KEY + key, value);
    });
  }

  /* A token is a string, or an object with its content. */
  private Optional<Integer> named(JsonFields settings, String key) {
    Object value = settings.members().get(key);
    Object spelling = value instanceof Map<?, ?> map ? map.get("content") : value;
    return Optional.ofNullable(spelling instanceof String text ? ids.get(text) : null);
  }

  /* A number, or the first of several. */
  private static Optional<Integer> first(JsonFields fields, String key) {
    Object value = fields.members().get(key);
    return JsonFields.whole(value instanceof List<?> list && !list.isEmpty() ? list.get(0) : value);
  }

  /* Generation may end at more tokens than one; GGUF has two further keys for them. */
  private void otherEnds(
      JsonFields config, Optional<JsonFields> generation, Optional<Integer> end) {
    Object value = generation.orElse(config).members().get("eos_token_id");
    String[] keys = {"eot_token_id", "eom_token_id"};
    int next = 0;
    for (Object each : value instanceof List<?> list ? list : List.of()) {
      Optional<Integer> id = JsonFields.whole(each);
      if (id.isEmpty() || id.equals(end) || next == keys.length) continue;
      put(keys[next++], id);
    }
  }

  /* Whether the post-processor begins a text with a token. */
  private static boolean putsTokenBefore(JsonFields tokenizer) {
    return begins(tokenizer.members().get("post_processor"));
  }

  private static boolean begins(@Nullable Object node) {
    if (!(node instanceof Map<?, ?> map)) return false;
    if (map.get("processors") instanceof List<?> list) {
      return list.stream().anyMatch(SpecialTokenKeys::begins);
    }
    return "TemplateProcessing".equals(map.get("type"))
        && map.get("single") instanceof List<?> single
        && !single.isEmpty()
        && single.get(0) instanceof Map<?, ?> piece
        && piece.containsKey("SpecialToken");
  }

  private void template(JsonFields settings) throws IOException {
    Optional<String> file = folder.text("chat_template.jinja");
    if (file.isPresent()) {
      out.string(TEMPLATE, file.get());
      return;
    }
    Object value = settings.members().get("chat_template");
    if (value == null) {
      Optional<JsonFields> other = folder.json("chat_template.json");
      if (other.isPresent()) value = other.get().members().get("chat_template");
    }
    if (value instanceof String text) out.string(TEMPLATE, text);
    if (value instanceof List<?> list) {
      for (Object each : list) named(each);
    }
  }

  /* Several templates: the default one, and others by their names. */
  private void named(@Nullable Object each) {
    if (!(each instanceof Map<?, ?> map)) return;
    if (!(map.get("name") instanceof String name) || !name.matches("[a-z0-9_]{1,64}")) return;
    if (!(map.get("template") instanceof String text)) return;
    out.string(name.equals("default") ? TEMPLATE : TEMPLATE + "." + name, text);
  }
}
