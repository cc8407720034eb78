import java.util.List;

/** Makes examples: what is asked, its words around, its slips. For one thread. */
final class Inquirer {
  private final Grammar grammar;
  private final Planner planner;

  Inquirer(Grammar grammar) {
    this.grammar = grammar;
    this.planner = new Planner(new Names(grammar), new Catalogue(grammar));
  }

  Example example(SplitMix random) {
    Style style = Style.any(random);
    Scene scene = new Scene(grammar, random, style);
    Query query = planner.any(scene);
    String core = new Speaker(scene).say(query);
    return new Example(Noise.apply(core, style, random), Query.answer(List.of(query)));
  }
}
