package dev.kedge.cli;

import dev.kedge.engine.weights.ByteCount;
import dev.kedge.engine.weights.SafetensorsFile;
import dev.kedge.engine.weights.SafetensorsTensor;
import java.io.PrintWriter;
import java.util.Locale;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content of a safetensors file as text or JSON; long strings are abridged in the text. Shapes
 * are shown as in the file, row-major, which is the reverse of GGUF's.
 */
final class SafetensorsListing implements Listing {
  private static final int SHOWN_CHARACTERS = 120;

  private final String name;
  private final SafetensorsFile file;
  private final TensorTable tensors = new TensorTable();

  SafetensorsListing(String name, SafetensorsFile file) {
    this.name = name;
    this.file = file;
    for (SafetensorsTensor tensor : file.tensors()) {
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
        "%s: safetensors, %s, %d metadata keys, %d tensors%n",
        Printable.text(name),
        ByteCount.text(file.fileBytes()),
        file.metadata().size(),
        file.tensors().size());
    if (!file.metadata().isEmpty()) out.println();
    file.metadata()
        .forEach((key, value) ->
            out.printf(
                Locale.ROOT,
                "%-44s %s%n",
                Printable.text(key, SHOWN_CHARACTERS),
                Printable.text(value, SHOWN_CHARACTERS)));
    tensors.print(out);
  }

  @Override
  public String json() {
    JsonMapper mapper = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    ObjectNode root = mapper.createObjectNode();
    root.put("file", name);
    root.put("format", "safetensors");
    root.put("bytes", file.fileBytes());
    ObjectNode metadata = root.putObject("metadata");
    file.metadata().forEach(metadata::put);
    tensors.put(root);
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
