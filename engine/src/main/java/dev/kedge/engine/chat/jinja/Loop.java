package dev.kedge.engine.chat.jinja;

import java.util.List;

/** The variable {@code loop} during one iteration. */
final class Loop implements Value {
  private final List<Value> items;
  private final int index;

  Loop(List<Value> items, int index) {
    this.items = items;
    this.index = index;
  }

  @Override
  public String kind() {
    return "the state of a loop";
  }

  Value attribute(String name) {
    int length = items.size();
    return switch (name) {
      case "index" -> new Int(index + 1);
      case "index0" -> new Int(index);
      case "revindex" -> new Int(length - index);
      case "revindex0" -> new Int(length - index - 1);
      case "first" -> Bool.of(index == 0);
      case "last" -> Bool.of(index == length - 1);
      case "length" -> new Int(length);
      case "depth" -> new Int(1);
      case "depth0" -> new Int(0);
      case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("loop.previtem");
      case "nextitem" -> index + 1 < length ? items.get(index + 1) : new Undefined("loop.nextitem");
      case "cycle" -> (Function) this::cycle;
      default -> new Undefined("loop." + name);
    };
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw new Fault("loop.cycle needs at least one value");
    }
    return values.get(index % values.size());
  }
}
