package dev.kedge.engine;

import dev.kedge.engine.schedule.Sequence;
import java.util.Optional;

/** What the engine works on for a caller. The engine's thread ends it; any thread may cancel. */
abstract sealed class Live permits LiveGeneration, LiveEmbedding {
  final Sequence sequence;
  private final Runnable wake;
  /* Read by the engine before each pass, set by anyone. */
  private volatile boolean cancelled;

  /**
   * @param wake called after a cancellation
   */
  Live(Sequence sequence, Runnable wake) {
    this.sequence = sequence;
    this.wake = wake;
  }

  /** Ends it before the next forward pass. */
  public final void cancel() {
    if (cancelled) return;
    cancelled = true;
    wake.run();
  }

  final boolean cancelled() {
    return cancelled;
  }

  /** Tells the caller that nothing more follows, unless that was told before. */
  abstract void end(FinishReason reason, Optional<String> message);
}
