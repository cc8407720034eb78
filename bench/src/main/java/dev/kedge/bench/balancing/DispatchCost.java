package dev.kedge.bench.balancing;

import dev.kedge.backend.Answer;
import dev.kedge.backend.Backend;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.TokenCounts;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.Upstreams;
import dev.kedge.route.Balancer;
import dev.kedge.route.Candidates;
import dev.kedge.route.Dispatched;
import dev.kedge.route.Dispatcher;
import dev.kedge.route.Pool;
import dev.kedge.route.RetryPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What choosing a server, keeping its counts and ending the call cost, without any I/O: one thread,
 * eight upstreams that answer at once, prompts of several lengths that share half of their text.
 */
public final class DispatchCost {
  private static final int CALLS = 20_000;
  private static final int ROUNDS = 7;

  private DispatchCost() {}

  /** Prints a line per length of prompt. */
  public static void main(String[] args) throws InterruptedException {
    StringBuilder yaml = new StringBuilder("upstreams:\n");
    for (int i = 0; i < 8; i++) {
      yaml.append("  - {name: s%d, url: \"http://s%d/v1\", models: [{name: m}]}\n".formatted(i, i));
    }
    Balancer balancer = new Balancer(Balancer.DEFAULT_BLOCKS, 1);
    try (Pool pool =
        new Pool(
            Map.of(),
            section -> new Immediate(section.name()),
            (_, address, _) -> {
              throw new IOException("no page at " + address);
            },
            balancer,
            System::nanoTime)) {
      pool.reload(ConfigFile.parse(yaml.toString(), "cost", Upstreams.class));
      Dispatcher dispatcher = new Dispatcher(balancer, RetryPolicy.DEFAULT, System::nanoTime);
      Candidates candidates = pool.candidates("m").orElseThrow();
      for (int characters : new int[] {400, 4_000, 20_000, 100_000}) {
        double nanos = median(dispatcher, candidates, prompts(characters));
        System.out.println(
            String.format(
                Locale.ROOT, "prompt of %6d characters: %6.2f µs a call", characters, nanos / 1e3));
      }
    }
  }

  private static List<ApiRequest> prompts(int characters) {
    SplittableRandom random = new SplittableRandom(characters);
    String shared = Conversation.words(characters / 8, random);
    List<ApiRequest> prompts = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      prompts.add(new Conversation(shared, 1, random.split()).ask(characters / 8, 1).request());
    }
    return prompts;
  }

  private static double median(
      Dispatcher dispatcher, Candidates candidates, List<ApiRequest> prompts)
      throws InterruptedException {
    double[] rounds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        CallContext context = new CallContext("", 0, 1, System.nanoTime() + 1_000_000_000L);
        Dispatched answer = dispatcher.start(candidates, prompts.get(i % prompts.size()), context);
        if (!(answer.next() instanceof AnswerPart.End)) throw new IllegalStateException("no end");
      }
      rounds[round] = (double) (System.nanoTime() - start) / CALLS;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }

  /** Ends at once. */
  private record Immediate(String name) implements Backend {
    @Override
    public Answer start(ApiRequest request, CallContext context) {
      return new Answer() {
        @Override
        public AnswerPart next() {
          return new AnswerPart.End(TokenCounts.of(1, 0, 1));
        }

        @Override
        public void cancel() {}
      };
    }
  }
}
