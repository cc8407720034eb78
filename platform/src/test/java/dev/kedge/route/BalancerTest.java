package dev.kedge.route;

import static dev.kedge.route.TestingFleet.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.TextInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BalancerTest {
  private static String fleet(int servers, String more) {
    StringBuilder yaml = new StringBuilder("upstreams:\n");
    for (int i = 0; i < servers; i++) {
      yaml.append(
          "  - {name: s%d, url: \"http://s%d/v1\", models: [{name: m}]%s}\n".formatted(i, i, more));
    }
    return yaml.toString();
  }

  private static String text(long seed, int characters) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < characters) text.append((char) ('a' + random.nextInt(26)));
    return text.toString();
  }

  @Test
  void callsSpreadOverServersThatAreEqual() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(4, ""))) {
      List<Dispatched> running = new ArrayList<>();
      for (int i = 0; i < 400; i++) running.add(fleet.start(text(i, 2000)));
      for (UpstreamState state : fleet.pool.states()) {
        assertThat(state.running()).as(state.name()).isBetween(90, 110);
      }
      for (Dispatched answer : running) read(answer);
    }
  }

  @Test
  void aConversationReturnsToTheServerThatHoldsItsBeginning() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(8, ""))) {
      for (int conversation = 0; conversation < 20; conversation++) {
        List<String> texts = new ArrayList<>(List.of(text(conversation, 1500)));
        Dispatched first = fleet.start(texts.toArray(String[]::new));
        read(first);
        for (int turn = 0; turn < 5; turn++) {
          texts.add(text(conversation * 100 + turn, 300));
          texts.add("and then?");
          Dispatched next = fleet.start(texts.toArray(String[]::new));
          read(next);
          assertThat(next.route().answeredBy()).isEqualTo(first.route().answeredBy());
          assertThat(next.route().reason()).isEqualTo(Route.Reason.PREFIX);
        }
      }
    }
  }

  @Test
  void aServerThatIsClearlyMoreLoadedLosesItsConversations() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(2, ""))) {
      String begin = text(1, 4000);
      Dispatched first = fleet.start(begin);
      String holder = first.route().answeredBy();
      read(first);
      Set<String> servers = new HashSet<>();
      for (int i = 0; i < 50; i++)
        servers.add(fleet.start(begin, "yes", text(i, 500)).route().answeredBy());
      assertThat(servers).hasSize(2).contains(holder);
    }
  }

  @Test
  void whatAServerSaysOfItsQueueAndCacheCounts() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(2, ", kind: vllm, health: {path: none}"))) {
      fleet.pages.put("s0/metrics", "vllm:num_requests_waiting 9\nvllm:num_requests_running 40\n");
      fleet.pages.put("s1/metrics", "vllm:num_requests_waiting 0\nvllm:num_requests_running 2\n");
      fleet.pool.refresh();
      for (int i = 0; i < 10; i++) {
        assertThat(read(fleet.start(text(i, 100)))).isEqualTo("s1 s1");
      }
      fleet.pages.put("s0/metrics", "vllm:kv_cache_usage_perc 0.1\n");
      fleet.pages.put("s1/metrics", "vllm:kv_cache_usage_perc 0.99\n");
      fleet.pool.refresh();
      for (int i = 10; i < 20; i++) {
        assertThat(read(fleet.start(text(i, 100)))).isEqualTo("s0 s0");
      }
    }
  }

  @Test
  void whatAServerSaidLongAgoIsForgotten() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(2, ", kind: vllm, health: {path: none}"))) {
      fleet.pages.put("s0/metrics", "vllm:num_requests_waiting 9\n");
      fleet.pool.refresh();
      assertThat(fleet.state("s0").server().waiting()).isEqualTo(9);
      fleet.pages.clear();
      fleet.clock.addAndGet(6 * TestingFleet.SECOND);
      fleet.pool.refresh();
      assertThat(fleet.state("s0").server()).isEqualTo(ServerLoad.UNKNOWN);
      Map<String, Integer> answers = new HashMap<>();
      for (int i = 0; i < 100; i++) answers.merge(read(fleet.start(text(i, 100))), 1, Integer::sum);
      assertThat(answers.get("s0 s0")).isBetween(20, 80);
    }
  }

  @Test
  void aServerThatIsTwiceAsFastGetsAboutTwiceAsMuch() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(2, ""))) {
      Map<String, Integer> answers = new HashMap<>();
      List<Dispatched> running = new ArrayList<>();
      for (int i = 0; i < 6000; i++) {
        Dispatched answer = fleet.start(text(i, 1000));
        running.add(answer);
        /* Each server works off one prompt after the other, s0 in 10 ms and s1 in 20 ms. */
        fleet.clock.addAndGet(8_000_000);
        if (i >= 3000) answers.merge(answer.route().answeredBy(), 1, Integer::sum);
        finishDue(fleet, running);
      }
      double ratio = (double) answers.getOrDefault("s0", 0) / answers.getOrDefault("s1", 0);
      assertThat(ratio).isBetween(1.5, 4.0);
    }
  }

  @Test
  void aServerThatWasSlowOnceIsMeasuredAgain() throws InterruptedException {
    try (TestingFleet fleet = new TestingFleet(fleet(2, ""))) {
      for (int i = 0; i < 50; i++) {
        Dispatched answer = fleet.start(text(i, 1000));
        boolean slow = answer.route().answeredBy().equals("s0");
        fleet.clock.addAndGet(slow ? 2_000_000_000L : 20_000_000L);
        read(answer);
      }
      fleet.clock.addAndGet(300 * TestingFleet.SECOND);
      Map<String, Integer> answers = new HashMap<>();
      for (int i = 50; i < 250; i++) {
        Dispatched answer = fleet.start(text(i, 1000));
        fleet.clock.addAndGet(20_000_000L);
        answers.merge(read(answer), 1, Integer::sum);
      }
      assertThat(answers.get("s0 s0")).isBetween(40, 160);
    }
  }

  private final Map<String, Long> freeAt = new HashMap<>();

  private void finishDue(TestingFleet fleet, List<Dispatched> running) throws InterruptedException {
    long now = fleet.clock.get();
    for (Dispatched answer : List.copyOf(running)) {
      String server = answer.route().answeredBy();
      long cost = server.equals("s0") ? 10_000_000 : 20_000_000;
      long done = Math.max(freeAt.getOrDefault(server, now - cost), now - 2 * cost) + cost;
      if (done > now) continue;
      freeAt.put(server, done);
      running.remove(answer);
      read(answer);
    }
  }

  @Test
  void promptsHaveBlocksInCommonAsFarAsTheyAreEqual() {
    String begin = text(1, 2560);
    ChatRequest one = Requests.chat("m", begin, "a", text(2, 1000));
    ChatRequest two = Requests.chat("m", begin, "a", text(3, 1000));
    PromptBlocks first = PromptBlocks.of(one, 7);
    PromptBlocks second = PromptBlocks.of(two, 7);
    int common = 0;
    while (first.hash(common) == second.hash(common)) common++;
    assertThat(common).isEqualTo(10);
    for (int i = common; i < first.count(); i++) {
      assertThat(first.hash(i)).isNotEqualTo(second.hash(i));
    }
    assertThat(first.tokens()).isBetween(880L, 900L);
    assertThat(PromptBlocks.of(one.withModel("n"), 7).hash(0)).isNotEqualTo(first.hash(0));
    assertThat(PromptBlocks.of(one, 8).hash(0)).isNotEqualTo(first.hash(0));
  }

  @Test
  void theBordersOfMessagesCount() {
    String begin = text(1, 300);
    PromptBlocks one = PromptBlocks.of(Requests.chat("m", begin + "ab", "c", begin), 7);
    PromptBlocks two = PromptBlocks.of(Requests.chat("m", begin + "a", "bc", begin), 7);
    assertThat(one.hash(0)).isEqualTo(two.hash(0));
    assertThat(one.hash(1)).isNotEqualTo(two.hash(1));
  }

  @Test
  void tokenIdsAndEndlessPromptsAreBounded() {
    ChatRequest chat = Requests.chat("m", text(1, 3_000_000));
    assertThat(PromptBlocks.of(chat, 7).count()).isEqualTo(512);
    assertThat(PromptBlocks.of(chat, 7).tokens()).isBetween(750_000L, 750_010L);
    assertThat(PromptBlocks.unhashed(chat).count()).isZero();
    assertThat(PromptBlocks.unhashed(chat).tokens()).isEqualTo(PromptBlocks.of(chat, 7).tokens());
    CompletionRequest ids =
        new CompletionRequest(
            "m",
            List.of(new TextInput.Tokens(new int[1_000_000])),
            chat.settings(),
            true,
            true,
            chat.source());
    assertThat(PromptBlocks.of(ids, 7).count()).isEqualTo(512);
    assertThat(PromptBlocks.of(ids, 7).tokens()).isBetween(1_000_000L, 1_000_010L);
  }

  @Test
  void theMapOfPrefixesForgetsWhatWasUsedLongestAgo() {
    PrefixMap map = new PrefixMap(64);
    List<PromptBlocks> prompts = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      PromptBlocks prompt = PromptBlocks.of(Requests.chat("m", text(i, 1100)), 7);
      prompts.add(prompt);
      map.note(prompt, i % 2);
    }
    int[] slots = {0, 1};
    int kept = 0;
    for (int i = 0; i < 100; i++) {
      int[] held = new int[2];
      int longest = map.match(prompts.get(i), slots, held);
      assertThat(held[1 - i % 2]).isZero();
      if (i < 50) assertThat(longest).isZero();
      kept += longest;
    }
    assertThat(kept).isBetween(8, 64);
    map.forget(0);
    map.forget(1);
    for (PromptBlocks prompt : prompts) assertThat(map.match(prompt, slots, new int[2])).isZero();
  }
}
