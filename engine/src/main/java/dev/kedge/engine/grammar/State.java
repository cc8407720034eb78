package dev.kedge.engine.grammar;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an answer has come: all the stacks that its bytes so far can mean. From every state an
 * answer can be completed. Immutable but for a cache of steps, safe for any thread, compared by
 * content.
 */
public final class State {
  /** What parts read in place of a byte where a control token comes. */
  static final int CONTROL = -1;

  private static final State NOWHERE = new State(new Frame[0], null);

  private final Frame[] frames;
  private final int hash;
  private final boolean complete;
  /* Where steps of kept states are remembered; null where nothing is. */
  private final @Nullable Steps steps;
  /* By byte, once a step was taken; races only repeat work, as states are immutable. */
  private State @Nullable [] next;

  private State(Frame[] frames, @Nullable Steps steps) {
    this.frames = frames;
    this.steps = steps;
    this.hash = Arrays.hashCode(frames);
    boolean end = false;
    for (Frame frame : frames) end |= frame.part.end();
    this.complete = end;
  }

  static State of(Frames frames, Steps steps) {
    return frames.isEmpty() ? NOWHERE : steps.kept(new State(frames.toArray(), steps));
  }

  /** The state after a byte, 0 to 255; {@link #dead} if it must not come. */
  public State after(int value) {
    State[] known = next;
    if (known != null && known[value] != null) return known[value];
    Frames out = new Frames();
    for (Frame frame : frames) frame.part.step(frame, value, out);
    State state = steps == null ? NOWHERE : of(out, steps);
    // Only what is kept anyway: a kept state must not hold others alive.
    if (known != null && (state.dead() || state.next != null)) known[value] = state;
    return state;
  }

  /** The state after a text. */
  public State after(byte[] bytes) {
    State state = this;
    for (byte value : bytes) state = state.after(value & 0xFF);
    return state;
  }

  /** The state after a control token. */
  public State afterControl(String spelling) {
    Frames out = new Frames();
    for (Frame frame : frames) {
      if (frame.part.control().equals(spelling)) frame.part.step(frame, CONTROL, out);
    }
    return steps == null ? NOWHERE : of(out, steps);
  }

  /** Whether no answer begins like this. */
  public boolean dead() {
    return frames.length == 0;
  }

  /** Whether the answer may end here. */
  public boolean complete() {
    return complete;
  }

  /** Whether the answer can only end here. */
  public boolean finished() {
    return complete && frames.length == 1;
  }

  /** Control tokens that may come next, by spelling. */
  public List<String> controls() {
    return Arrays.stream(frames)
        .map(frame -> frame.part.control())
        .filter(spelling -> !spelling.isEmpty())
        .distinct()
        .toList();
  }

  /** A state in which the same tokens of up to so many bytes may follow, the same for many. */
  public State evened(int bytes) {
    Frames out = new Frames();
    boolean same = true;
    for (Frame frame : frames) {
      Frame evened = frame.part.evened(frame, bytes);
      same &= evened.equals(frame);
      out.add(evened);
    }
    return same || steps == null ? this : of(out, steps);
  }

  /**
   * How many more characters of a free string can follow in any case, if that is where this is: -1
   * if not, {@link Integer#MAX_VALUE} without limit.
   */
  public int plainRoom() {
    int room = -1;
    for (Frame frame : frames) room = Math.max(room, frame.part.plainRoom(frame));
    return room;
  }

  /** Whether something else than the free string of {@link #plainRoom} may follow. */
  public boolean hasOtherThanPlain() {
    for (Frame frame : frames) if (frame.part.plainRoom(frame) < 0) return true;
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof State state
            && hash == state.hash
            && Arrays.equals(frames, state.frames));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Lets this state remember its steps. */
  void remember() {
    next = new State[256];
  }
}
