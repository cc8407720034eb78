import java.util.Map;
import java.util.TreeMap;

/** What one inquiry is about: its values, its writer's style, its dice. For one thread. */
final class Scene implements Grammar.Slots {
  private final Grammar grammar;
  private final SplitMix random;
  private final Style style;
  private final Map<String, String> values = new TreeMap<>();
  private boolean plural = true;

  Scene(Grammar grammar, SplitMix random, Style style) {
    this.grammar = grammar;
    this.random = random;
    this.style = style;
  }

  SplitMix random() {
    return random;
  }

  Style style() {
    return style;
  }

  Scene set(String slot, String value) {
    values.put(slot, value);
    return this;
  }

  Scene setAll(Map<String, String> slots) {
    values.putAll(slots);
    return this;
  }

  Scene plural(boolean many) {
    plural = many;
    return this;
  }

  boolean knows(String section) {
    return grammar.has(section);
  }

  int size(String section) {
    return grammar.size(section);
  }

  String say(String section) {
    return grammar.say(section, this, random);
  }

  @Override
  public String value(String slot) {
    return values.get(slot);
  }

  @Override
  public boolean plural() {
    return plural;
  }
}
