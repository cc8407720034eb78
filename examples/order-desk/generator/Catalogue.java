import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The catalogue and the everyday words for its products. */
final class Catalogue {
  /** Category and its products, as in the guide. */
  private static final List<List<String>> SHELVES =
      List.of(
          List.of(
              "kitchen",
              "kettle",
              "toaster",
              "coffee grinder",
              "frying pan",
              "knife set",
              "blender"),
          List.of(
              "office",
              "desk lamp",
              "office chair",
              "notebook",
              "stapler",
              "monitor stand",
              "keyboard"),
          List.of(
              "garden",
              "garden hose",
              "lawn mower",
              "watering can",
              "plant pot",
              "bird feeder",
              "hedge trimmer"),
          List.of(
              "sports",
              "yoga mat",
              "running shoes",
              "tennis racket",
              "water bottle",
              "bike helmet",
              "dumbbells"),
          List.of(
              "audio",
              "headphones",
              "earbuds",
              "bluetooth speaker",
              "record player",
              "microphone",
              "soundbar"),
          List.of(
              "travel",
              "backpack",
              "suitcase",
              "travel pillow",
              "rain jacket",
              "tent",
              "sleeping bag"));

  static final List<String> PRODUCTS =
      SHELVES.stream().flatMap(shelf -> shelf.stream().skip(1)).toList();
  static final List<String> CATEGORIES = SHELVES.stream().map(List::getFirst).toList();

  private final Grammar grammar;

  Catalogue(Grammar grammar) {
    this.grammar = grammar;
  }

  /** A product. Slots: {@code product} (one), {@code products} (many), {@code aproduct}. */
  Condition product(String field, SplitMix random) {
    return product(field, random.pick(PRODUCTS), "", random);
  }

  /** A given product; {@code end} is appended to its slots' names. */
  Condition product(String field, String name, String end, SplitMix random) {
    String[] forms = random.pick(grammar.lines("product." + name)).split(", ");
    boolean pair = forms.length == 1;
    String one = forms[0];
    String many = pair ? one : forms[1];
    Map<String, String> slots = new TreeMap<>();
    slots.put("product" + end, one);
    slots.put("products" + end, many);
    String article = pair ? random.pick("", "", "some ", "a pair of ", "a set of ") : "a ";
    if (pair && !name.equals("dumbbells") && article.equals("a set of ")) {
      article = "";
    }
    slots.put("aproduct" + end, article + one);
    return Condition.of(field, Condition.quoted(name), slots);
  }

  /** A category; its slot is {@code category}. */
  Condition category(SplitMix random) {
    String name = random.pick(CATEGORIES);
    String word = random.pick(grammar.lines("category." + name));
    return Condition.of("category", Condition.quoted(name), Map.of("category", word));
  }
}
