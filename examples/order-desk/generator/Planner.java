import java.util.ArrayList;
import java.util.List;

/** Draws the structure of one look-up, before there are any words for it. */
final class Planner {
  private final Names names;
  private final Catalogue catalogue;

  Planner(Names names, Catalogue catalogue) {
    this.names = names;
    this.catalogue = catalogue;
  }

  Query any(Scene scene) {
    SplitMix random = scene.random();
    return switch (random.weighted(46, 24, 16, 14)) {
      case 0 -> orders(scene);
      case 1 -> returns(scene);
      case 2 -> products(scene);
      default -> customers(scene);
    };
  }

  /** A random condition on a field of a table. */
  Condition condition(String find, String field, Scene scene) {
    SplitMix random = scene.random();
    return switch (field) {
      case "number", "order" -> number(field, random);
      case "customer" -> names.person(field, scene.style(), random);
      case "name" ->
          find.equals("customers")
              ? names.person(field, scene.style(), random)
              : catalogue.product(field, random);
      case "product" -> catalogue.product(field, random);
      case "category" -> catalogue.category(random);
      case "city" -> names.city(scene.style(), random);
      case "email" -> names.email(random);
      case "placed", "joined", "requested" -> Dates.any(field, random);
      case "total", "price", "amount" -> Amounts.any(field, random);
      case "stock" -> Condition.of(field, random.pick("available", "low", "sold_out", "sold_out"));
      case "reason" ->
          Condition.of(
              field,
              random.pick(
                  "damaged", "damaged", "wrong_item", "wrong_size", "late", "changed_mind"));
      case "status" ->
          Condition.of(
              field,
              find.equals("orders")
                  ? random.pick("open", "open", "paid", "shipped", "delivered", "cancelled")
                  : random.pick("requested", "received", "refunded", "rejected"));
      default -> throw new IllegalArgumentException(find + "." + field);
    };
  }

  static Condition number(String field, SplitMix random) {
    String digits = Names.digits(random);
    return Condition.copied(field, field, Style.keep(digits), digits);
  }

  private Query with(String find, String fields, Scene scene) {
    List<Condition> conditions = new ArrayList<>();
    for (String field : fields.isEmpty() ? new String[0] : fields.split(",")) {
      conditions.add(condition(find, field, scene));
    }
    return new Query(find, "list", conditions, "", 0);
  }

  Query orders(Scene scene) {
    SplitMix random = scene.random();
    return switch (random.weighted(17, 83)) {
      case 0 -> with("orders", "number", scene);
      default -> shaped("orders", ORDERS, scene);
    };
  }

  Query returns(Scene scene) {
    SplitMix random = scene.random();
    return switch (random.weighted(13, 7, 80)) {
      case 0 -> with("returns", "number", scene);
      case 1 -> with("returns", "order", scene);
      default -> shaped("returns", RETURNS, scene);
    };
  }

  Query products(Scene scene) {
    return shaped("products", PRODUCTS, scene);
  }

  Query customers(Scene scene) {
    SplitMix random = scene.random();
    return switch (random.weighted(34, 66)) {
      case 0 -> with("customers", random.pick("name", "name", "email"), scene);
      default -> shaped("customers", CUSTOMERS, scene);
    };
  }

  private static final List<String> ORDERS =
      List.of(
          "customer",
          "customer",
          "customer",
          "customer",
          "product",
          "product",
          "product",
          "status",
          "status",
          "status",
          "placed",
          "placed",
          "total",
          "total",
          "customer,placed",
          "customer,product",
          "customer,product",
          "customer,status",
          "customer,total",
          "product,placed",
          "product,placed",
          "product,status",
          "product,total",
          "status,placed",
          "status,placed",
          "status,total",
          "placed,total",
          "customer,product,placed",
          "customer,placed,total",
          "customer,status,placed",
          "product,status,placed",
          "product,placed,total",
          "status,placed,total",
          "customer,product,total",
          "",
          "customer,product,status",
          "customer,product,placed,total",
          "product,status,placed,total");
  private static final List<String> RETURNS =
      List.of(
          "customer",
          "customer",
          "customer",
          "customer",
          "product",
          "product",
          "status",
          "status",
          "reason",
          "reason",
          "requested",
          "requested",
          "amount",
          "customer,product",
          "customer,product",
          "customer,reason",
          "customer,status",
          "customer,requested",
          "product,reason",
          "product,reason",
          "product,status",
          "product,requested",
          "product,requested",
          "reason,status",
          "reason,requested",
          "reason,requested",
          "status,requested",
          "status,requested",
          "status,amount",
          "requested,amount",
          "customer,amount",
          "product,reason,status",
          "product,reason,requested",
          "",
          "product,status,requested",
          "reason,status,requested",
          "status,requested,amount",
          "customer,product,reason",
          "customer,product,requested",
          "product,reason,status,requested");
  private static final List<String> PRODUCTS =
      List.of(
          "name",
          "name",
          "name",
          "name",
          "name",
          "name",
          "category",
          "category",
          "category",
          "price",
          "stock",
          "stock",
          "stock",
          "name,price",
          "category,price",
          "category,price",
          "category,price",
          "category,stock",
          "category,stock",
          "price,stock",
          "category,price,stock",
          "");
  private static final List<String> CUSTOMERS =
      List.of(
          "name",
          "city",
          "city",
          "city",
          "joined",
          "joined",
          "joined",
          "city,joined",
          "city,joined",
          "name,city",
          "name,city",
          "name,joined",
          "name,email",
          "email",
          "");

  private Query shaped(String find, List<String> shapes, Scene scene) {
    SplitMix random = scene.random();
    Query query = with(find, random.pick(shapes), scene);
    boolean amounts = !find.equals("customers");
    String fields = String.join(",", query.conditions().stream().map(Condition::field).toList());
    boolean bare = fields.isEmpty();
    boolean named = find.equals("products") && fields.startsWith("name");
    boolean person = fields.contains("name") || fields.contains("email");
    switch (random.weighted(bare ? 22 : 62, 16, amounts ? 6 : 0, amounts ? 6 : 0, bare ? 30 : 14)) {
      case 1 -> {
        return named || (find.equals("customers") && person) ? query : query.show("count");
      }
      case 2 -> {
        return find.equals("products") ? query : query.show("total");
      }
      case 3 -> {
        return named ? query : query.show("average");
      }
      case 4 -> {
        return sorted(query, random);
      }
      default -> {
        return query;
      }
    }
  }

  private static Query sorted(Query query, SplitMix random) {
    String find = query.find();
    boolean hasAmount =
        query.conditions().stream().anyMatch(c -> c.isAmount() && c.json().contains("is"));
    if (find.equals("customers")
        && query.conditions().stream()
            .anyMatch(c -> c.field().equals("name") || c.field().equals("email"))) {
      return query;
    }
    if (hasAmount) {
      return query;
    }
    String by =
        switch (find) {
          case "products" -> random.pick("highest", "lowest", "lowest");
          case "customers" -> random.pick("newest", "newest", "oldest");
          default ->
              random.pick("newest", "newest", "newest", "oldest", "highest", "highest", "lowest");
        };
    int limit =
        switch (random.weighted(55, 30, 15)) {
          case 0 -> 1;
          case 1 -> random.pick(2, 3, 3, 3, 4, 5, 5, 5, 6, 7, 8, 10, 10, 12, 15, 20, 25, 50, 100);
          default -> 0;
        };
    return query.sorted(by, limit);
  }
}
