import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what the examples are made of. */
final class Statistics {
  private final Map<String, Long> counts = new TreeMap<>();
  private final TreeSet<String> seen = new TreeSet<>();
  private long examples;
  private long characters;
  private int longest;

  void add(Example example) {
    examples++;
    characters += example.inquiry().length();
    longest = Math.max(longest, example.inquiry().length());
    seen.add(example.inquiry());
    String answer = example.answer();
    int queries = answer.split("\"find\":", -1).length - 1;
    count("look-ups " + queries);
    if (queries == 0) {
      return;
    }
    for (String query : answer.split("(?=\\{\"find\":)")) {
      if (!query.startsWith("{\"find\":\"")) {
        continue;
      }
      String find = query.substring(9, query.indexOf('"', 9));
      count("find " + find);
      for (String show : new String[] {"list", "count", "total", "average"}) {
        if (query.contains("\"show\":\"" + show + "\"")) {
          count("show " + show);
        }
      }
      int fields = 0;
      for (String field : Query.fields(find)) {
        if (query.replaceFirst(".*?\"where\":", "").contains("\"" + field + "\":")
            && query.contains("\"where\":")) {
          count("field " + find + "." + field);
          fields++;
        }
      }
      count("conditions " + fields);
      if (query.contains("\"sort\":")) {
        count("sorted");
      }
    }
  }

  private void count(String key) {
    counts.merge(key, 1L, Long::sum);
  }

  String report() {
    StringBuilder out = new StringBuilder();
    out.append("examples %d%n".formatted(examples));
    out.append(
        "characters %.1f on average, %d at most%n"
            .formatted((double) characters / examples, longest));
    out.append(
        "repeated inquiries %.2f %%%n".formatted(100.0 * (examples - seen.size()) / examples));
    counts.forEach((key, n) -> out.append("%-28s %6.2f %%%n".formatted(key, 100.0 * n / examples)));
    return out.toString();
  }
}
