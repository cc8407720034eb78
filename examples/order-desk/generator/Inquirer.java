import java.util.List;

/** Makes examples: what is asked, the words around it, the slips. For one thread. */
final class Inquirer {
  private static final String REFUSAL = "{\"refusal\":\"out_of_scope\"}";

  private final Grammar grammar;
  private final Planner planner;
  private final Several several;

  Inquirer(Grammar grammar) {
    this.grammar = grammar;
    this.planner = new Planner(new Names(grammar), new Catalogue(grammar));
    this.several = new Several(planner);
  }

  /** One example; the same for the same state of {@code random}. */
  Example example(SplitMix random) {
    Style style = Style.any(random);
    Scene scene = new Scene(grammar, random, style);
    Example plain =
        switch (random.weighted(72, 11, 13, 4)) {
          case 0 -> single(scene);
          case 1 -> {
            Several.Said said = several.say(scene);
            yield new Example(said.text(), Query.answer(said.queries()));
          }
          case 2 -> new Example(refused(scene, "refusal.any"), REFUSAL);
          default -> mixed(scene);
        };
    String text = Noise.apply(wrapped(plain.inquiry(), scene), style, random);
    return new Example(text, plain.answer());
  }

  private Example single(Scene scene) {
    Query query = planner.any(scene);
    return new Example(new Speaker(scene).say(query), Query.answer(List.of(query)));
  }

  /** Something out of scope, with the desk's own words and values in it. */
  private String refused(Scene scene, String section) {
    for (String field : List.of("number", "customer", "product", "placed", "total")) {
      scene.setAll(planner.condition("orders", field, scene).slots());
    }
    for (String field : List.of("email", "city")) {
      scene.setAll(planner.condition("customers", field, scene).slots());
    }
    String other = planner.condition("orders", "product", scene).slots().get("product");
    String money = Amounts.plain(scene.random());
    return scene.set("product2", other).set("money", money).say(section);
  }

  /** A look-up and something out of scope beside it: only the look-up is answered. */
  private Example mixed(Scene scene) {
    SplitMix random = scene.random();
    Query query = planner.any(scene);
    String lookup = new Speaker(scene).say(query);
    String answer = Query.answer(List.of(query));
    if (random.chance(45)) {
      refused(scene, "mixed.tail");
      return new Example(
          Several.join(lookup, random.pick(" ", ", ", ". "), scene.say("mixed.tail")), answer);
    }
    String rest = refused(scene, "mixed.open");
    String join = scene.say("mixed.lookup.first");
    return new Example(
        random.chance(50) ? Several.join(lookup, join, rest) : Several.join(rest, join, lookup),
        answer);
  }

  private String wrapped(String core, Scene scene) {
    SplitMix random = scene.random();
    String text = core;
    if (random.chance(30)) {
      text = scene.say("wrap.before") + text;
    }
    if (random.chance(4)) {
      text = scene.say("wrap.hard") + " " + text;
    }
    if (random.chance(26)) {
      text = Several.join(text, random.pick(" ", " ", ", ", ". ", " - "), scene.say("wrap.after"));
    }
    if (random.chance(2)) {
      text = Several.join(text, random.pick(" ", ", ", ". "), scene.say("wrap.afterhard"));
    }
    return text;
  }
}
