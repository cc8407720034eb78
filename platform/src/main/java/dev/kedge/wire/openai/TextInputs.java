package dev.kedge.wire.openai;

import dev.kedge.call.TextInput;
import dev.kedge.wire.Fields;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A text, token ids, or a list of either. */
final class TextInputs {
  private TextInputs() {}

  static List<TextInput> read(Fields fields, String name, int max) {
    JsonNode node = fields.required(name);
    if (node.isString()) return List.of(new TextInput.Text(node.stringValue()));
    if (!node.isArray()) {
      throw Fields.wrongType(name, "a string, an array of strings or of token ids", node);
    }
    if (node.isEmpty()) throw Fields.outOfRange(name, "not empty");
    if (node.get(0).isNumber()) return List.of(tokens(name, node));
    if (node.size() > max) {
      throw Fields.outOfRange(name, "an array of at most " + max + " texts");
    }
    List<TextInput> inputs = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      String place = name + "[" + i + "]";
      JsonNode input = node.get(i);
      inputs.add(
          input.isArray() ? tokens(place, input) : new TextInput.Text(Fields.text(place, input)));
    }
    return inputs;
  }

  private static TextInput tokens(String name, JsonNode node) {
    if (node.isEmpty()) throw Fields.outOfRange(name, "not empty");
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Fields.integer(name + "[" + i + "]", node.get(i), 0, Integer.MAX_VALUE);
    }
    return new TextInput.Tokens(ids);
  }
}
