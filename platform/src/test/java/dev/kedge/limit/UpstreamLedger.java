package dev.kedge.limit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands for a paid upstream, outside of the processes that are killed: a call is eight bytes, the
 * most that it may cost; the answer is its price. What is asked for is charged at once, whether the
 * caller lives to read the answer or not.
 */
final class UpstreamLedger implements AutoCloseable {
  private static final long ANSWER_MILLIS = 20;

  private final ServerSocket listening;
  private final AtomicLong charged = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  UpstreamLedger() throws IOException {
    listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  long charged() {
    return charged.get();
  }

  long calls() {
    return calls.get();
  }

  private void accept() {
    for (int i = 0; ; i++) {
      try {
        Socket caller = listening.accept();
        SplittableRandom random = new SplittableRandom(i);
        Thread.startVirtualThread(() -> answer(caller, random));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket caller, SplittableRandom random) {
    try (caller;
        DataInputStream in = new DataInputStream(caller.getInputStream());
        DataOutputStream out = new DataOutputStream(caller.getOutputStream())) {
      caller.setTcpNoDelay(true);
      while (true) {
        long price = random.nextLong(1, in.readLong() + 1);
        charged.addAndGet(price);
        calls.incrementAndGet();
        Thread.sleep(ANSWER_MILLIS);
        out.writeLong(price);
      }
    } catch (IOException | InterruptedException e) {
      // The caller was killed or has ended.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
