import java.util.ArrayList;
import java.util.List;

/**
 * Puts one look-up into words. Two ways: a frame written for exactly these fields ("has $customer's
 * order arrived?", sections {@code FIND.SHOW:FIELDS}), or a frame around a noun phrase that is
 * built from words for each condition ("show me" + "unpaid orders" + "over 80 euros" + "from May").
 */
final class Speaker {
  private final Scene scene;
  private final SplitMix random;

  Speaker(Scene scene) {
    this.scene = scene;
    this.random = scene.random();
  }

  /** The inquiry's core, one to three sentences. */
  String say(Query query) {
    query.conditions().forEach(c -> scene.setAll(c.slots()));
    String section = signature(query);
    int frames = scene.size(section);
    boolean numbered = section.endsWith(":number") || section.endsWith(":order");
    if (frames > 0 && (numbered || random.chance(frames > 12 ? 62 : 45))) {
      String said = frame(query, section);
      if (said != null) {
        return said;
      }
    }
    if (random.chance(9) && query.show().equals("list") && !query.conditions().isEmpty()) {
      String said = telegram(query);
      if (said != null) {
        return said;
      }
    }
    return nounPhrase(query);
  }

  /** True if the look-up can be said at all. */
  private static boolean core(Condition c) {
    return !c.isDate() && !c.isAmount() && !isEnumeration(c);
  }

  private static boolean isEnumeration(Condition c) {
    return c.phrases().indexOf('.') > 0;
  }

  private static String signature(Query query) {
    List<String> fields =
        query.conditions().stream().filter(Speaker::core).map(Condition::field).toList();
    String sort =
        query.sort().isEmpty() ? "" : "+" + query.sort() + (query.limit() == 1 ? "1" : "");
    if (query.limit() > 1) {
      sort += "n";
    }
    return query.find() + "." + query.show() + ":" + String.join(",", fields) + sort;
  }

  private String form(Query query, Condition c, String form) {
    return query.find() + "." + c.phrases() + "." + form;
  }

  private String frame(Query query, String section) {
    StringBuilder adverbs = new StringBuilder();
    List<String> after = new ArrayList<>();
    for (Condition c : query.conditions()) {
      if (core(c)) {
        continue;
      }
      String adverb = form(query, c, "adv");
      String sentence = form(query, c, "after");
      boolean both = scene.knows(adverb) && scene.knows(sentence);
      if (scene.knows(adverb) && !(both && random.chance(18))) {
        adverbs.append(' ').append(scene.say(adverb));
      } else if (scene.knows(sentence)) {
        after.add(scene.say(sentence));
      } else {
        return null;
      }
    }
    scene.set("adv", adverbs.toString());
    scene.plural(random.chance(50));
    String core = scene.say(section);
    boolean asksReason = core.startsWith("why") && adverbs.indexOf("because") >= 0;
    if (asksReason || (!adverbs.isEmpty() && !core.contains(adverbs))) {
      return null;
    }
    return join(core, after);
  }

  private String join(String core, List<String> sentences) {
    String said = core;
    for (String sentence : sentences) {
      boolean closed = said.endsWith("?") || said.endsWith(".") || said.endsWith("!");
      said =
          random.chance(6)
              ? sentence + ". " + said
              : said + (closed ? " " : random.pick(". ", ", ", ". ", " - ")) + sentence;
    }
    return said;
  }

  private String telegram(Query query) {
    List<String> words = new ArrayList<>();
    for (Condition c : query.conditions()) {
      String tag = form(query, c, "tag");
      if (!scene.knows(tag)) {
        return null;
      }
      words.add(random.below(words.size() + 1), scene.say(tag));
    }
    boolean named =
        query.find().equals("products") && query.conditions().getFirst().field().equals("name");
    if (!named || random.chance(30)) {
      words.add(
          random.chance(80) ? 0 : words.size(),
          scene.plural(random.chance(80)).say(query.find() + ".noun.tag"));
    }
    if (!query.sort().isEmpty()) {
      words.add(sortTag(query));
    }
    return String.join(random.pick(" ", " ", ", ", ", ", " - ", "; ", " / "), words);
  }

  private String sortTag(Query query) {
    if (query.limit() == 0) {
      return scene.say(sort(query, "tail"));
    }
    scene.set("n", number(query.limit()));
    return scene.say(sort(query, query.limit() == 1 ? "one" : "n"));
  }

  private static String sort(Query query, String form) {
    return "sort." + query.find() + "." + query.sort() + "." + form;
  }

  private String number(int n) {
    return n <= 20 && random.chance(55) ? Amounts.words(n) : "" + n;
  }

  /** The pieces of a noun phrase while it is built. */
  private static final class Pieces {
    String possessive = "";
    final List<String> before = new ArrayList<>();
    String noun = "";
    final List<String> behind = new ArrayList<>();
    final List<String> after = new ArrayList<>();
    String predicate = "";
  }

  private String nounPhrase(Query query) {
    Pieces pieces = new Pieces();
    boolean one =
        query.limit() == 1
            || (query.show().equals("list") && query.sort().isEmpty() && random.chance(14));
    scene.plural(!one);
    List<Condition> rest = new ArrayList<>(query.conditions());
    pieces.noun = noun(query, rest);
    boolean which =
        !one
            && query.sort().isEmpty()
            && !rest.isEmpty()
            && random.chance(30)
            && (query.show().equals("list") || query.show().equals("count"));
    if (which) {
      takePredicate(query, rest, pieces);
    }
    while (!rest.isEmpty()) {
      place(query, rest.remove(random.below(rest.size())), pieces);
    }
    String bare = assemble(query, pieces);
    return join(sentence(query, pieces, bare, one), pieces.after);
  }

  private String noun(Query query, List<Condition> rest) {
    for (Condition c : rest) {
      String noun = form(query, c, "noun");
      if (scene.knows(noun) && (!c.field().equals("product") || random.chance(40))) {
        rest.remove(c);
        return scene.say(noun);
      }
    }
    return scene.say(query.find() + ".noun");
  }

  private void takePredicate(Query query, List<Condition> rest, Pieces pieces) {
    Condition c = rest.get(random.below(rest.size()));
    String predicate = form(query, c, "pred");
    if (scene.knows(predicate)) {
      rest.remove(c);
      pieces.predicate = scene.say(predicate);
    }
  }

  private void place(Query query, Condition c, Pieces pieces) {
    String possessive = form(query, c, "poss");
    String before = form(query, c, "pre");
    String behind = form(query, c, "post");
    String after = form(query, c, "after");
    boolean dateBefore = c.isDate() && c.slots().get("possessive").isEmpty();
    boolean sizeBefore = c.isAmount() && c.slots().get("size").isEmpty();
    boolean canBefore = scene.knows(before) && !sizeBefore && pieces.before.size() < 2;
    boolean canPossess = scene.knows(possessive) && !dateBefore && pieces.possessive.isEmpty();
    boolean canAfter =
        scene.knows(after)
            && query.show().equals("list")
            && pieces.predicate.isEmpty()
            && pieces.after.size() < 2;
    int form =
        random.weighted(
            canPossess ? 22 : 0,
            canBefore ? 34 : 0,
            scene.knows(behind) ? 50 : 1,
            canAfter ? 8 : 0);
    switch (form) {
      case 0 -> pieces.possessive = scene.say(possessive);
      case 1 -> pieces.before.add(0, scene.say(before));
      case 2 -> pieces.behind.add(scene.say(behind));
      default -> pieces.after.add(scene.say(after));
    }
  }

  private String assemble(Query query, Pieces pieces) {
    List<String> words = new ArrayList<>();
    if (!pieces.possessive.isEmpty()) {
      words.add(pieces.possessive);
    }
    String tail = "";
    if (!query.sort().isEmpty()) {
      if (query.limit() == 0) {
        tail = scene.say(sort(query, "tail"));
      } else {
        scene.set("n", number(query.limit()));
        words.add(scene.say(sort(query, query.limit() == 1 ? "one" : "n")));
      }
    }
    words.addAll(pieces.before);
    words.add(pieces.noun);
    words.addAll(pieces.behind);
    String phrase = String.join(" ", words);
    return tail.isEmpty() ? phrase : phrase + random.pick(" ", ", ") + tail;
  }

  private String sentence(Query query, Pieces pieces, String bare, boolean one) {
    boolean definite = !pieces.possessive.isEmpty();
    boolean ranked = query.limit() > 0;
    String article = one || ranked ? (random.chance(92) ? "the " : "") : scene.say("det.many");
    scene
        .set("bare", bare)
        .set("np", definite ? bare : article + bare)
        .set("pred", pieces.predicate);
    String show = query.show();
    if (!pieces.predicate.isEmpty()) {
      return scene.say("frame." + show + ".which");
    }
    if (show.equals("list")) {
      String kind = one || ranked ? (one ? "one" : "many") : definite ? "many" : "set";
      return scene.say("frame.list." + kind);
    }
    return scene.say(show.equals("count") ? "frame.count" : "frame." + show + "." + query.find());
  }
}
