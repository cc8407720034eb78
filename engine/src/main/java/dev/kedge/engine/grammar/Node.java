package dev.kedge.engine.grammar;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A kind of value: what its text may be. Compiled once; immutable after {@link Grammar} took it.
 */
abstract sealed class Node {
  /** Most objects and arrays inside each other in an answer. */
  static final int MAX_DEPTH = 64;

  /** The height of a value that cannot be. */
  static final int IMPOSSIBLE = 1 << 20;

  /** How many objects and arrays are inside each other in the flattest value. */
  int height = IMPOSSIBLE;

  private final Part space = new Space();

  /** Begins a value on a stack: adds all the ways in which it can begin. */
  abstract void enter(Frame below, Frames out);

  /** The height as far as the heights of the nodes inside are known. */
  abstract int measure();

  /** Whether a value has room above this frame. */
  boolean fits(Frame below) {
    return below.depth + height <= MAX_DEPTH;
  }

  /** Begins a value, before which there may be one space. */
  void enterSpaced(Frame below, Frames out) {
    enter(below, out);
    out.add(Frame.on(below, space, 0, 0));
  }

  private final class Space extends Part {
    @Override
    void step(Frame at, int value, Frames out) {
      if (value == ' ') enter(at.parent(), out);
    }
  }

  static void complete(Frame below, Frames out) {
    below.part.resume(below, out);
  }

  /** A text out of a regular language. */
  static final class Leaf extends Node {
    private final Dfa dfa;
    private final Part inside = new Inside();
    /* By state, once it was asked: 1 where any plain character leads back to it, else -1. */
    private final byte[] freely;

    Leaf(Dfa dfa) {
      this.dfa = dfa;
      this.freely = new byte[dfa.states()];
    }

    @Override
    int measure() {
      return dfa.isEmpty() ? IMPOSSIBLE : 0;
    }

    @Override
    void enter(Frame below, Frames out) {
      if (!dfa.isEmpty()) reach(below, Frame.on(below, inside, 0, 0), 0, out);
    }

    private void reach(Frame below, Frame at, int state, Frames out) {
      if (dfa.goesOn(state)) out.add(at);
      if (dfa.accepts(state)) complete(below, out);
    }

    private final class Inside extends Part {
      @Override
      void step(Frame at, int value, Frames out) {
        int state = value < 0 ? -1 : dfa.step(at.a, value);
        if (state >= 0) reach(at.parent(), at.with(state, 0), state, out);
      }

      /* A pattern that allows anything here is as free as a string without one. */
      @Override
      int plainRoom(Frame at) {
        byte known = freely[at.a];
        if (known == 0) {
          known = (byte) (dfa.loops(at.a, JsonStrings.PLAIN) ? 1 : -1);
          freely[at.a] = known;
        }
        return known > 0 ? Integer.MAX_VALUE : -1;
      }
    }
  }

  /** A control token, which has no bytes. */
  static final class Control extends Node {
    private final Part waiting;

    Control(String spelling) {
      this.waiting =
          new Part() {
            @Override
            String control() {
              return spelling;
            }

            @Override
            void step(Frame at, int value, Frames out) {
              if (value == State.CONTROL) complete(at.parent(), out);
            }
          };
    }

    @Override
    int measure() {
      return 0;
    }

    @Override
    void enter(Frame below, Frames out) {
      out.add(Frame.on(below, waiting, 0, 0));
    }
  }

  /** One after the other, with nothing between. */
  static final class Sequence extends Node {
    private final List<Node> parts;
    private final Part place = new Place();

    Sequence(List<Node> parts) {
      this.parts = List.copyOf(parts);
    }

    @Override
    int measure() {
      return parts.stream().mapToInt(part -> part.height).max().orElse(0);
    }

    @Override
    void enter(Frame below, Frames out) {
      if (fits(below)) enter(below, 0, out);
    }

    /* The last part needs no frame: a repetition that is written as a tail makes no stack. */
    private void enter(Frame below, int part, Frames out) {
      if (part == parts.size()) complete(below, out);
      else if (part == parts.size() - 1) parts.get(part).enter(below, out);
      else parts.get(part).enter(Frame.on(below, place, part + 1, 0), out);
    }

    private final class Place extends Part {
      @Override
      void resume(Frame at, Frames out) {
        enter(at.parent(), at.a, out);
      }
    }
  }

  /** One of several. */
  static final class Union extends Node {
    private static final int MOST = 512;

    final List<Node> alternatives = new ArrayList<>();

    @Override
    int measure() {
      return alternatives.stream().mapToInt(node -> node.height).min().orElse(IMPOSSIBLE);
    }

    @Override
    void enter(Frame below, Frames out) {
      for (Node node : alternatives) if (node.fits(below)) node.enter(below, out);
    }

    /** The alternatives with those of unions among them, which may contain each other. */
    List<Node> flattened() {
      Set<Node> seen = new LinkedHashSet<>(List.of(this));
      List<Node> open = new ArrayList<>(List.of(this));
      List<Node> flat = new ArrayList<>();
      while (!open.isEmpty()) {
        Node node = open.removeFirst();
        if (!(node instanceof Union union)) {
          flat.add(node);
          if (flat.size() > MOST) throw Work.tooMuch();
          continue;
        }
        int at = 0;
        for (Node inside : union.alternatives) if (seen.add(inside)) open.add(at++, inside);
      }
      return flat;
    }
  }

  /** A free string of a bounded number of characters. */
  static final class Text extends Node {
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

  /** An object. */
  static final class Members extends Node {
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

  /** An array. */
  static final class Elements extends Node {
    private final ArrayShape shape;
    private final Part bracket = new Bracket();
    private final Part between = new Between();

    Elements(ArrayShape shape) {
      this.shape = shape;
    }

    @Override
    int measure() {
      return shape.height();
    }

    @Override
    void enter(Frame below, Frames out) {
      if (fits(below)) out.add(Frame.on(below, bracket, 0, 0));
    }

    private final class Bracket extends Part {
      @Override
      void step(Frame at, int value, Frames out) {
        if (value != '[') return;
        Frame first = new Frame(between, 0, 0, at.below, at.depth + 1);
        if (shape.least() == 0) out.add(first);
        if (shape.goesOn(first)) shape.element(0).enter(first.with(shape.after(0), 0), out);
      }
    }

    /* a: elements so far. */
    private final class Between extends Part {
      @Override
      void step(Frame at, int value, Frames out) {
        if (value == ']' && at.a >= shape.least()) complete(at.parent(), out);
        if (value == ',' && at.a > 0 && shape.goesOn(at)) {
          shape.element(at.a).enterSpaced(at.with(shape.after(at.a), 0), out);
        }
      }

      @Override
      void resume(Frame at, Frames out) {
        out.add(at);
      }
    }
  }
}
