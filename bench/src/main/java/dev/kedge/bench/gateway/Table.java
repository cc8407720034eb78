package dev.kedge.bench.gateway;

import java.util.List;
import java.util.Map;

/** Prints figures by target: the median, and how far the rounds lay apart. */
final class Table {
  private Table() {}

  static void print(Map<String, Map<String, List<Double>>> figures, List<String> targets) {
    StringBuilder head = new StringBuilder("%-40s".formatted("median [least … most]"));
    for (String target : targets) head.append("%26s".formatted(target));
    System.out.println(head);
    figures.forEach((figure, values) -> {
      StringBuilder line = new StringBuilder("%-40s".formatted(figure));
      for (String target : targets) {
        line.append("%26s".formatted(cell(values.getOrDefault(target, List.of()))));
      }
      System.out.println(line);
    });
    added(figures, targets);
  }

  private static String cell(List<Double> values) {
    if (values.isEmpty()) return "–";
    double median = GatewayBenchmark.median(values);
    if (values.size() == 1) return number(median);
    double[] range = GatewayBenchmark.range(values);
    return number(median) + " [" + number(range[0]) + "…" + number(range[1]) + "]";
  }

  private static String number(double value) {
    return Math.abs(value) >= 100 ? "%,.0f".formatted(value) : "%.1f".formatted(value);
  }

  /* What is asked for: differences to the direct run, of medians. */
  private static void added(Map<String, Map<String, List<Double>>> figures, List<String> targets) {
    if (!targets.contains("direct")) return;
    System.out.println();
    System.out.println("added to the direct call:");
    figures.forEach((figure, values) -> {
      if (!figure.contains("µs,")) return;
      StringBuilder line = new StringBuilder("%-40s".formatted(figure));
      List<Double> direct = values.getOrDefault("direct", List.of());
      for (String target : targets) {
        List<Double> own = values.getOrDefault(target, List.of());
        boolean known = !own.isEmpty() && !direct.isEmpty();
        String text =
            known ? number(GatewayBenchmark.median(own) - GatewayBenchmark.median(direct)) : "–";
        line.append("%26s".formatted(text));
      }
      System.out.println(line);
    });
  }
}
