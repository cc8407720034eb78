import java.util.List;

/**
 * One look-up.
 *
 * @param conditions in the order of the guide's tables
 * @param sort empty for none
 * @param limit 0 for none
 */
record Query(String find, String show, List<Condition> conditions, String sort, int limit) {
  private static final List<String> ORDER =
      List.of(
          "orders:number,customer,product,status,placed,total",
          "customers:name,email,city,joined",
          "products:name,category,price,stock",
          "returns:number,order,customer,product,reason,status,requested,amount");

  Query {
    List<String> fields = fields(find);
    conditions =
        conditions.stream()
            .sorted((a, b) -> fields.indexOf(a.field()) - fields.indexOf(b.field()))
            .toList();
  }

  static Query list(String find, Condition... conditions) {
    return new Query(find, "list", List.of(conditions), "", 0);
  }

  /** The fields of a table in canonical order. */
  static List<String> fields(String find) {
    for (String line : ORDER) {
      if (line.startsWith(find + ":")) {
        return List.of(line.substring(find.length() + 1).split(","));
      }
    }
    throw new IllegalArgumentException("no table " + find);
  }

  Query show(String other) {
    return new Query(find, other, conditions, sort, limit);
  }

  Query sorted(String by, int most) {
    return new Query(find, show, conditions, by, most);
  }

  /** The same look-up with one condition more, or with this one instead of that of its field. */
  Query with(Condition condition) {
    List<Condition> all = new java.util.ArrayList<>(conditions);
    all.removeIf(c -> c.field().equals(condition.field()));
    all.add(condition);
    return new Query(find, show, all, sort, limit);
  }

  /** Compact JSON with keys in canonical order. */
  String json() {
    StringBuilder out = new StringBuilder("{\"find\":\"" + find + "\",\"show\":\"" + show + "\"");
    if (!conditions.isEmpty()) {
      out.append(",\"where\":{");
      String comma = "";
      for (Condition condition : conditions) {
        out.append(comma).append('"').append(condition.field()).append("\":");
        out.append(condition.json());
        comma = ",";
      }
      out.append('}');
    }
    if (!sort.isEmpty()) {
      out.append(",\"sort\":\"").append(sort).append('"');
    }
    if (limit > 0) {
      out.append(",\"limit\":").append(limit);
    }
    return out.append('}').toString();
  }

  static String answer(List<Query> queries) {
    return "{\"queries\":[" + String.join(",", queries.stream().map(Query::json).toList()) + "]}";
  }
}
