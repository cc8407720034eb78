package dev.kedge.cli;

import dev.kedge.engine.weights.GgufFile;
import dev.kedge.engine.weights.MetadataValue;
import dev.kedge.engine.weights.TensorInfo;
import dev.kedge.engine.weights.TensorType;
import dev.kedge.engine.weights.ValueType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The content of a model file as text or JSON; long arrays and strings are abridged. */
final class ModelListing {
  private static final int SHOWN_ELEMENTS = 4;
  private static final int SHOWN_CHARACTERS = 120;

  private record Total(int tensors, long elements, long bytes) {
    Total plus(TensorInfo tensor) {
      return new Total(tensors + 1, elements + tensor.elements(), bytes + tensor.bytes());
    }
  }

  private final String name;
  private final GgufFile model;
  private final Map<TensorType, Total> totals = new EnumMap<>(TensorType.class);

  ModelListing(String name, GgufFile model) {
    this.name = name;
    this.model = model;
    for (TensorInfo tensor : model.tensors()) {
      Total total = totals.getOrDefault(tensor.type(), new Total(0, 0, 0));
      totals.put(tensor.type(), total.plus(tensor));
    }
  }

  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: GGUF version %d, %s, %d metadata keys, %d tensors%n",
        Printable.text(name),
        model.version(),
        Printable.bytes(model.fileBytes()),
        model.metadata().keys().size(),
        model.tensors().size());
    out.println();
    for (String key : model.metadata().keys()) {
      String value = text(model.metadata().get(key).orElseThrow());
      out.printf(Locale.ROOT, "%-44s %s%n", Printable.text(key, SHOWN_CHARACTERS), value);
    }
    printTensors(out);
    printTotals(out);
  }

  private void printTensors(PrintWriter out) {
    if (model.tensors().isEmpty()) return;
    out.println();
    out.printf(
        Locale.ROOT, "%-32s %-5s %-24s %14s %14s%n", "tensor", "type", "shape", "offset", "bytes");
    for (TensorInfo tensor : model.tensors()) {
      String shape =
          LongStream.of(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining(" × "));
      out.printf(
          Locale.ROOT,
          "%-32s %-5s %-24s %14d %14d%n",
          Printable.text(tensor.name(), SHOWN_CHARACTERS),
          tensor.type(),
          shape,
          tensor.offset(),
          tensor.bytes());
    }
  }

  private void printTotals(PrintWriter out) {
    out.println();
    totals.forEach((type, total) ->
        out.printf(
            Locale.ROOT,
            "%-5s %6d tensors %16d elements %16d bytes%n",
            type,
            total.tensors(),
            total.elements(),
            total.bytes()));
    out.printf(Locale.ROOT, "In memory: %s of weights%n", Printable.bytes(weightBytes()));
  }

  String json() {
    JsonMapper mapper = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    ObjectNode root = mapper.createObjectNode();
    root.put("file", name);
    root.put("version", model.version());
    root.put("bytes", model.fileBytes());
    ObjectNode metadata = root.putObject("metadata");
    for (String key : model.metadata().keys()) {
      put(metadata.putObject(key), model.metadata().get(key).orElseThrow());
    }
    ArrayNode tensors = root.putArray("tensors");
    for (TensorInfo tensor : model.tensors()) {
      ObjectNode node = tensors.addObject();
      node.put("name", tensor.name()).put("type", tensor.type().name());
      ArrayNode shape = node.putArray("shape");
      for (long dimension : tensor.shape()) shape.add(dimension);
      node.put("offset", tensor.offset()).put("bytes", tensor.bytes());
    }
    ObjectNode types = root.putObject("totals");
    totals.forEach((type, total) ->
        types
            .putObject(type.name())
            .put("tensors", total.tensors())
            .put("elements", total.elements())
            .put("bytes", total.bytes()));
    root.put("weight_bytes", weightBytes());
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private long weightBytes() {
    return totals.values().stream().mapToLong(Total::bytes).sum();
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
        node.put("element_type", sequence.elementType().toString());
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
