package dev.kedge.engine.sample;

import dev.kedge.engine.token.BpeTrainer;
import dev.kedge.engine.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A small byte-level vocabulary, learned from texts like JSON, with characters that it splits. */
final class SmallVocabulary {
  private SmallVocabulary() {}

  static Tokenizer tokenizer() {
    Random random = new Random(4);
    List<String> texts = new ArrayList<>();
    String[] values = {
      "true", "null", "\"Grüße, Zoë\"", "[1, 2, 30]", "-1.5e3", "\"a\\\"b\\n\"", "\"日本語 😀\""
    };
    String[] names = {"name", "city", "count", "items", "type", "a", "ab", "x\"y"};
    for (int i = 0; i < 600; i++) {
      StringBuilder text = new StringBuilder("{");
      for (int j = random.nextInt(4); j >= 0; j--) {
        text.append('"').append(names[random.nextInt(names.length)]).append("\": ");
        text.append(values[random.nextInt(values.length)]).append(j > 0 ? ", " : "}");
      }
      texts.add(text.toString());
    }
    return new BpeTrainer(600, "gpt-2", List.of("<|endoftext|>", "[TOOL_CALLS]"), false, 2)
        .train(texts)
        .tokenizer();
  }
}
