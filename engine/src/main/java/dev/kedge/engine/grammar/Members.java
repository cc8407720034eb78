package dev.kedge.engine.grammar;

/** An object. */
final class Members extends Node {
  private final ObjectShape shape;
  private final Part brace = new Brace();
  private final Part between = new Between();
  private final Part key = new Key();
  private final Part keySpace = new KeySpace();
  private final Part otherKey = new OtherKey();

  Members(ObjectShape shape) {
    this.shape = shape;
  }

  @Override
  int measure() {
    return shape.height();
  }

  @Override
  void enter(Frame below, Frames out) {
    if (fits(below)) out.add(Frame.on(below, brace, 0, 0));
  }

  private final class Brace extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value != '{') return;
      Frame first = new Frame(between, 0, 0, at.below, at.depth + 1);
      if (shape.mayEnd(0)) out.add(first);
      keys(first, out);
    }
  }

  /* The keys that can come at a frame of "between". */
  private void keys(Frame at, Frames out) {
    if (shape.leadsOn(0, at.a, MAX_DEPTH - at.depth)) out.add(Frame.on(at, key, 0, 0));
    if (shape.mayEnd(at.a) && shape.others != null && shape.others.fits(at)) {
      shape.otherKeys.enter(Frame.on(at, otherKey, 0, 0), out);
    }
  }

  /* a: the first property that can still come; b: 0 at the beginning. */
  private final class Between extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value == '}' && shape.mayEnd(at.a)) complete(at.parent(), out);
      if (value != ',' || at.b == 0) return;
      int before = out.size();
      keys(at, out);
      if (out.size() > before) out.add(Frame.on(at, keySpace, 0, 0));
    }

    @Override
    void resume(Frame at, Frames out) {
      out.add(at);
    }
  }

  private final class KeySpace extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value == ' ') keys(at.parent(), out);
    }
  }

  /* a: the place among the names. */
  private final class Key extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      Frame object = at.parent();
      int place = value < 0 ? -1 : shape.names.step(at.a, value);
      if (place < 0 || !shape.leadsOn(place, object.a, MAX_DEPTH - at.depth)) return;
      int property = shape.names.word(place);
      if (property < 0) out.add(at.with(place, 0));
      else shape.values.get(property).enterSpaced(object.with(property + 1, 1), out);
    }
  }

  private final class OtherKey extends Part {
    @Override
    void resume(Frame at, Frames out) {
      out.add(at);
    }

    @Override
    void step(Frame at, int value, Frames out) {
      if (value != ':' || shape.others == null) return;
      shape.others.enterSpaced(at.parent().with(shape.values.size(), 1), out);
    }
  }
}
