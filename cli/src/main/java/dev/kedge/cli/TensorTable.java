package dev.kedge.cli;

import dev.kedge.engine.weights.ByteCount;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tensors of a file in its order, and their totals by type. */
final class TensorTable {
  private static final int SHOWN_CHARACTERS = 120;
  private static final int WIDEST_NAME = 64;

  /** One tensor; {@code offset} counts from the start of the file. */
  record Row(String name, String type, long[] shape, long elements, long offset, long bytes) {
    private String shownShape() {
      if (shape.length == 0) return "scalar";
      return LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(" × "));
    }
  }

  private record Total(int tensors, long elements, long bytes) {
    Total plus(Row row) {
      return new Total(tensors + 1, elements + row.elements(), bytes + row.bytes());
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Total> totals = new TreeMap<>();

  void add(Row row) {
    rows.add(row);
    totals.put(row.type(), totals.getOrDefault(row.type(), new Total(0, 0, 0)).plus(row));
  }

  /** The table, unless it is empty, and the totals. */
  void print(PrintWriter out) {
    int width = totals.keySet().stream().mapToInt(String::length).reduce(5, Math::max);
    String typeFormat = "%-" + width + "s";
    if (!rows.isEmpty()) {
      int names = rows.stream().mapToInt(row -> row.name().length()).reduce(32, Math::max);
      String nameFormat = "%-" + Math.min(names, WIDEST_NAME) + "s ";
      printRows(out, nameFormat + typeFormat + " %-24s %14s %14s%n");
    }
    out.println();
    totals.forEach((type, total) ->
        out.printf(
            Locale.ROOT,
            typeFormat + " %6d tensors %16d elements %16d bytes%n",
            type,
            total.tensors(),
            total.elements(),
            total.bytes()));
    out.printf(Locale.ROOT, "In memory: %s of weights%n", ByteCount.text(weightBytes()));
  }

  private void printRows(PrintWriter out, String format) {
    out.println();
    out.printf(Locale.ROOT, format, "tensor", "type", "shape", "offset", "bytes");
    for (Row row : rows) {
      String name = Printable.text(row.name(), SHOWN_CHARACTERS);
      out.printf(
          Locale.ROOT, format, name, row.type(), row.shownShape(), row.offset(), row.bytes());
    }
  }

  /** The keys {@code tensors}, {@code totals} and {@code weightBytes}. */
  void put(ObjectNode root) {
    ArrayNode tensors = root.putArray("tensors");
    for (Row row : rows) {
      ObjectNode node = tensors.addObject();
      node.put("name", row.name()).put("type", row.type());
      ArrayNode shape = node.putArray("shape");
      for (long dimension : row.shape()) shape.add(dimension);
      node.put("offset", row.offset()).put("bytes", row.bytes());
    }
    ObjectNode types = root.putObject("totals");
    totals.forEach((type, total) ->
        types
            .putObject(type)
            .put("tensors", total.tensors())
            .put("elements", total.elements())
            .put("bytes", total.bytes()));
    root.put("weightBytes", weightBytes());
  }

  private long weightBytes() {
    return totals.values().stream().mapToLong(Total::bytes).sum();
  }
}
