package dev.kedge.cli;

import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.MetadataValue;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.ValueType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The content of a GGUF file as text or JSON; long arrays and strings are abridged. */
final class ModelListing implements Listing {
  private static final int SHOWN_ELEMENTS = 4;
  private static final int SHOWN_CHARACTERS = 120;

  private final String name;
  private final GgufFile model;
  private final Optional<MemoryListing> memory;
  private final Optional<String> refused;
  private final TensorTable tensors = new TensorTable();

  /**
   * @param memory empty where Kedge does not run the model
   * @param refused then the reason
   */
  ModelListing(
      String name, GgufFile model, Optional<MemoryListing> memory, Optional<String> refused) {
    this.name = name;
    this.model = model;
    this.memory = memory;
    this.refused = refused.map(reason -> Printable.text(reason, 1000));
    for (TensorInfo tensor : model.tensors()) {
      tensors.add(
          new TensorTable.Row(
              tensor.name(),
              tensor.type().name(),
              tensor.shape(),
              tensor.elements(),
              tensor.offset(),
              tensor.bytes()));
    }
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: GGUF version %d, %s, %d metadata keys, %d tensors%n",
        Printable.text(name),
        model.version(),
        ByteCount.text(model.fileBytes()),
        model.metadata().keys().size(),
        model.tensors().size());
    out.println();
    for (String key : model.metadata().keys()) {
      String value = text(model.metadata().get(key).orElseThrow());
      out.printf(Locale.ROOT, "%-44s %s%n", Printable.text(key, SHOWN_CHARACTERS), value);
    }
    tensors.print(out);
    memory.ifPresent(plans -> plans.print(out));
    refused.ifPresent(reason -> out.println("\nKedge does not run this model: " + reason));
  }

  @Override
  public String json() {
    JsonMapper mapper = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    ObjectNode root = mapper.createObjectNode();
    root.put("file", name);
    root.put("format", "gguf");
    root.put("version", model.version());
    root.put("bytes", model.fileBytes());
    ObjectNode metadata = root.putObject("metadata");
    for (String key : model.metadata().keys()) {
      put(metadata.putObject(key), model.metadata().get(key).orElseThrow());
    }
    tensors.put(root);
    memory.ifPresent(plans -> plans.put(root));
    refused.ifPresent(reason -> root.put("refused", reason));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static String text(MetadataValue value) {
    if (!(value instanceof MetadataValue.Sequence sequence)) {
      return Printable.text(value.toString(), SHOWN_CHARACTERS);
    }
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN_ELEMENTS, sequence.size()); i++) {
      MetadataValue element = sequence.element(i);
      shown.add(
          element instanceof MetadataValue.Sequence inner
              ? inner.size() + " × " + inner.elementType()
              : Printable.text(element.toString(), SHOWN_CHARACTERS / SHOWN_ELEMENTS));
    }
    if (sequence.size() > SHOWN_ELEMENTS) shown.add("…");
    return sequence.size() + " × " + sequence.elementType() + ": " + String.join(", ", shown);
  }

  private static void put(ObjectNode node, MetadataValue value) {
    node.put("type", value.type().toString());
    switch (value) {
      case MetadataValue.Sequence sequence -> {
        node.put("elementType", sequence.elementType().toString());
        node.put("count", sequence.size());
        ArrayNode first = node.putArray("first");
        for (int i = 0; i < Math.min(SHOWN_ELEMENTS, sequence.size()); i++) {
          put(first.addObject(), sequence.element(i));
        }
      }
      case MetadataValue.Whole whole when whole.type() == ValueType.UINT64 ->
          node.put("value", new java.math.BigInteger(whole.toString()));
      case MetadataValue.Whole whole -> node.put("value", whole.value());
      case MetadataValue.Decimal decimal when decimal.type() == ValueType.FLOAT32 ->
          node.put("value", (float) decimal.value());
      case MetadataValue.Decimal decimal -> node.put("value", decimal.value());
      case MetadataValue.Flag flag -> node.put("value", flag.value());
      case MetadataValue.Text text -> node.put("value", text.value());
    }
  }
}
