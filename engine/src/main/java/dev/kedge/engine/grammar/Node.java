package dev.kedge.engine.grammar;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A kind of value: what its text may be. Compiled once; immutable after {@link Grammar} took it.
 */
abstract sealed class Node
    permits Node.Leaf, Node.Control, Node.Sequence, Node.Union, Text, Members, Elements {
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
}
