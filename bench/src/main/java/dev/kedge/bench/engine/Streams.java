package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Clients of one engine, each on a thread of its own, and when each of their tokens came. A client
 * asks again, with the next request that it is given, as soon as it has its answer.
 */
final class Streams {
  private final Engine engine;
  private final Arrivals arrivals = new Arrivals();
  private final ConcurrentLinkedQueue<Generation> open = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean leaving;

  Streams(Engine engine) {
    this.engine = engine;
  }

  /** A prompt of random tokens, other ones at every call. */
  static Request request(Random random, int vocabulary, int prompt, int answer) {
    int[] ids = random.ints(prompt, 3, vocabulary).toArray();
    return new Request(ids, answer, Sampling.GREEDY, List.of(), -1, true);
  }

  /** Begins with a client that asks but once. */
  void start(Request request) {
    int stream = clients.size();
    clients.add(Thread.startVirtualThread(() -> read(stream, request)));
  }

  /** Begins with a client that goes on until {@link #leave}. */
  void start(Supplier<Request> requests) {
    int stream = clients.size();
    clients.add(
        Thread.startVirtualThread(() -> {
          while (!leaving) read(stream, requests.get());
        }));
  }

  private void read(int stream, Request request) {
    try (Generation generation = engine.submit(request)) {
      open.add(generation);
      if (leaving) return;
      boolean first = true;
      while (generation.next() instanceof TokenEvent.Token) {
        arrivals.add(stream, first);
        first = false;
      }
      open.remove(generation);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What came so far. */
  Arrivals arrivals() {
    return arrivals;
  }

  /** Waits until all answers have come. */
  void join() throws InterruptedException {
    for (Thread client : clients) client.join();
  }

  /** Cancels what runs and ends. */
  void leave() throws InterruptedException {
    leaving = true;
    open.forEach(Generation::cancel);
    join();
  }
}
