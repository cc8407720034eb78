package dev.kedge.engine.grammar;

/** A free string of a bounded number of characters. */
final class Text extends Node {
  private final int least;
  private final int most;
  /* The same without an upper bound, for as long as that is far away. */
  private final Part insideEndless;
  private final Part inside;
  private final Part quote = new Quote();

  /**
   * @param most -1: without limit
   */
  Text(int least, int most) {
    this.least = least;
    this.most = most;
    this.insideEndless = new Inside(-1);
    this.inside = most < 0 ? insideEndless : new Inside(most);
  }

  @Override
  int measure() {
    return most >= 0 && least > most ? IMPOSSIBLE : 0;
  }

  @Override
  void enter(Frame below, Frames out) {
    out.add(Frame.on(below, quote, 0, 0));
  }

  private final class Quote extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value == '"') out.add(Frame.on(at.parent(), inside, 0, 0));
    }
  }

  /* a: the state within a character; b: characters so far. */
  private final class Inside extends Part {
    private final int limit;

    Inside(int limit) {
      this.limit = limit;
    }

    @Override
    void step(Frame at, int value, Frames out) {
      if (value < 0) return;
      if (at.a == 0 && value == '"') {
        if (at.b >= least) complete(at.parent(), out);
        return;
      }
      if (at.a == 0 && limit >= 0 && at.b >= limit) return;
      int state = JsonStrings.CHARACTER.step(at.a, value);
      if (state < 0) return;
      if (!JsonStrings.CHARACTER.accepts(state)) {
        out.add(at.with(state, at.b));
        return;
      }
      int count = limit < 0 ? Math.min(at.b + 1, least) : at.b + 1;
      out.add(at.a == 0 && count == at.b ? at : at.with(0, count));
    }

    @Override
    Frame evened(Frame at, int bytes) {
      if (limit >= 0 && limit - at.b < bytes) return at;
      int count = least - at.b > bytes ? least - bytes : Math.min(at.b, least);
      boolean same = limit < 0 && count == at.b;
      return same ? at : new Frame(insideEndless, at.a, count, at.below, at.depth);
    }

    @Override
    int plainRoom(Frame at) {
      if (at.a != 0) return -1;
      return limit < 0 ? Integer.MAX_VALUE : limit - at.b;
    }
  }
}
