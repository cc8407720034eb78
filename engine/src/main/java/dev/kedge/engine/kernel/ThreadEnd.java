package dev.kedge.engine.kernel;

/** Waits for threads that are about to end. */
public final class ThreadEnd {
  private ThreadEnd() {}

  /** Returns when the thread has ended, whatever interrupts; an interrupt is kept for later. */
  public static void await(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
