package dev.kedge.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the thread that works, and lets the process end
 * only when that thread has put everything away. While one is open, {@link #CODE} is the exit code.
 */
final class Interruption implements AutoCloseable {
  /** What shells expect of a command that Ctrl-C ended. */
  static final int CODE = 130;

  private static final long LONGEST_SECONDS = 20;

  private final CountDownLatch putAway = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Thread worker) {
    hook =
        Thread.ofPlatform()
            .name("kedge-interruption")
            .unstarted(() -> {
              worker.interrupt();
              try {
                putAway.await(LONGEST_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Interruption ofThisThread() {
    return new Interruption(Thread.currentThread());
  }

  @Override
  public void close() {
    putAway.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the process is ending: the hook runs, and no longer waits
    }
  }
}
