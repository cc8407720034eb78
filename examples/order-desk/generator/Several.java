import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Inquiries with two or three look-ups: joined, shared conditions, lists of values, ellipsis. */
final class Several {
  /** Words and the look-ups they ask for. */
  record Said(String text, List<Query> queries) {}

  private static final List<String> ALIKE =
      List.of(
          "orders.number:5",
          "returns.number:2",
          "returns.order:1",
          "orders.customer:5",
          "returns.customer:2",
          "customers.name:2",
          "customers.city:1",
          "products.name:5",
          "orders.product:1",
          "returns.product:1");
  private static final List<String> SHARED =
      List.of(
          "both.customer",
          "both.customer",
          "both.customer",
          "rboth.customer",
          "both.date",
          "both.date",
          "both.product",
          "bothcount.date",
          "bothcount.date",
          "bothcount.product",
          "bothcount.product",
          "bothcount.customer",
          "bothtotal.date",
          "person.customer",
          "person.customer",
          "number.both",
          "number.mixed");

  private final Planner planner;
  private final Map<String, Integer> alike = new LinkedHashMap<>();

  Several(Planner planner) {
    this.planner = planner;
    for (String entry : ALIKE) {
      int cut = entry.indexOf(':');
      alike.put(entry.substring(0, cut), Integer.parseInt(entry.substring(cut + 1)));
    }
  }

  Said say(Scene scene) {
    return switch (scene.random().weighted(26, 24, 24, 8, 18)) {
      case 0 -> joined(scene);
      case 1 -> alike(scene);
      case 2 -> shared(scene);
      case 3 -> dates(scene);
      default -> ellipsis(scene);
    };
  }

  private Said joined(Scene scene) {
    Query first = planner.any(scene);
    String one = new Speaker(scene).say(first);
    Query second = planner.any(scene);
    String two = new Speaker(scene).say(second);
    if (first.json().equals(second.json()) || one.length() + two.length() > 220) {
      return joined(scene);
    }
    return new Said(join(one, scene.say("join"), two), List.of(first, second));
  }

  /** Joins two sentences with one mark between them. */
  static String join(String one, String join, String two) {
    char last = one.charAt(one.length() - 1);
    boolean closed = ".?!".indexOf(last) >= 0;
    String between = closed && ".,;".indexOf(join.charAt(0)) >= 0 ? join.substring(1) : join;
    return one
        + (between.startsWith(" ") || between.startsWith("\n") || !closed ? "" : " ")
        + between
        + two;
  }

  private Said alike(Scene scene) {
    SplitMix random = scene.random();
    int[] weights = alike.values().stream().mapToInt(Integer::intValue).toArray();
    String kind = List.copyOf(alike.keySet()).get(random.weighted(weights));
    String find = kind.substring(0, kind.indexOf('.'));
    String field = kind.substring(kind.indexOf('.') + 1);
    boolean three = scene.knows("triple." + kind) && random.chance(20);
    boolean count = !three && scene.knows("paircount." + kind) && random.chance(55);
    List<Query> queries = new ArrayList<>();
    Condition date =
        planner.condition(
            find,
            find.equals("products")
                ? "price"
                : Query.fields(find).contains("placed")
                    ? "placed"
                    : find.equals("returns") ? "requested" : "joined",
            scene);
    String text = three ? "triple." : count ? "paircount." : "pair.";
    boolean dated = field.equals("product") && random.chance(45);
    scene.set("adv", dated ? " " + date.slots().get("when") : "");
    for (int i = 1; i <= (three ? 3 : 2); i++) {
      Condition condition = planner.condition(find, field, scene);
      scene.setAll(suffixed(condition.slots(), i == 1 ? "" : "" + i));
      Query query = Query.list(find, condition);
      query = dated ? query.with(date) : query;
      queries.add(count ? query.show("count") : query);
    }
    if (queries.stream().map(Query::json).distinct().count() < queries.size()) {
      return alike(scene);
    }
    return new Said(scene.say(text + kind), queries);
  }

  private static Map<String, String> suffixed(Map<String, String> slots, String end) {
    Map<String, String> renamed = new TreeMap<>();
    slots.forEach((slot, value) -> renamed.put(slot + end, value));
    return renamed;
  }

  private Said shared(Scene scene) {
    SplitMix random = scene.random();
    String section = random.pick(SHARED);
    String kind = section.substring(0, section.indexOf('.'));
    String by = section.substring(section.indexOf('.') + 1);
    Condition placed = planner.condition("orders", "placed", scene);
    boolean dated = by.equals("date") || (kind.contains("both") && random.chance(30));
    scene.set("adv", dated ? " " + placed.slots().get("when") : "");
    String show = kind.endsWith("count") ? "count" : kind.endsWith("total") ? "total" : "list";
    Query orders = Query.list("orders").show(show);
    Query returns = Query.list("returns").show(show);
    if (dated && !kind.equals("number")) {
      orders = orders.with(placed);
      returns = returns.with(placed.as("requested"));
    }
    if (by.equals("customer") || by.equals("product")) {
      Condition condition = planner.condition("orders", by, scene);
      scene.setAll(condition.slots());
      orders = orders.with(condition);
      returns = returns.with(condition);
      if (kind.equals("person")) {
        Query person = Query.list("customers", condition.as("name"));
        return new Said(scene.say(section), List.of(person, orders));
      }
    }
    if (kind.equals("number")) {
      Condition number = Planner.number("number", random);
      Condition other = by.equals("both") ? number.as("order") : Planner.number("number", random);
      scene.setAll(number.slots()).setAll(suffixed(other.slots(), "2"));
      orders = orders.with(number);
      returns = returns.with(other);
    }
    String text = scene.say(section);
    return new Said(
        text, kind.equals("rboth") ? List.of(returns, orders) : List.of(orders, returns));
  }

  private Said dates(Scene scene) {
    SplitMix random = scene.random();
    String show = random.pick("total", "count", "count", "list", "joined");
    String field = show.equals("joined") ? "joined" : "placed";
    Condition first = Dates.in(field, random);
    Condition second = Dates.in(field, random);
    if (first.json().equals(second.json())) {
      return dates(scene);
    }
    scene.set("adv", " " + first.slots().get("when")).setAll(suffixed(second.slots(), "2"));
    Query query =
        Query.list(show.equals("joined") ? "customers" : "orders")
            .show(show.equals("joined") ? "count" : show);
    return new Said(scene.say("dates." + show), List.of(query.with(first), query.with(second)));
  }

  /** A look-up, and the same again with another value: "and what about 4471?". */
  private Said ellipsis(Scene scene) {
    SplitMix random = scene.random();
    Query first = planner.any(scene);
    if (first.conditions().isEmpty() || first.conditions().size() > 2) {
      return ellipsis(scene);
    }
    Condition old = random.pick(first.conditions());
    if (old.isAmount() || old.field().equals("category") || old.phrases().contains(".")) {
      return ellipsis(scene);
    }
    String one = new Speaker(scene).say(first);
    Condition other =
        old.isDate()
            ? Dates.in(old.field(), random)
            : planner.condition(first.find(), old.field(), scene);
    if (other.json().equals(old.json())) {
      return ellipsis(scene);
    }
    scene.setAll(suffixed(other.slots(), "2"));
    if (old.field().equals("order")) {
      scene.set("number2", other.slots().get("order"));
    }
    String kind =
        old.isDate()
            ? "date"
            : switch (old.field()) {
              case "number" -> first.find().equals("returns") ? "returnnumber" : "number";
              case "order" -> "number";
              case "customer" -> "customer";
              case "name" -> first.find().equals("customers") ? "customer" : "product";
              default -> old.field();
            };
    String join = random.pick(". ", ". ", ", ", " ", " - ", "; ", "\n");
    return new Said(join(one, join, scene.say("and." + kind)), List.of(first, first.with(other)));
  }
}
