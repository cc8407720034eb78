package dev.kedge.eval.filter;

import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.score.ClassMetric;
import dev.kedge.eval.score.LatencyMetric;
import java.util.List;
import java.util.SortedSet;

/** Classification by intent: all names are told, one must be answered. */
final class Intents {
  private static final int MOST_TOKENS = 24;

  private Intents() {}

  static PublicFilter filter(
      String name, CaseSource source, SortedSet<String> classes, PublicFilter.Options options) {
    String system =
        "Name the intent of the user's message. Answer with exactly one of these names and nothing"
            + " else:\n"
            + String.join("\n", classes);
    return new PublicFilter(
        name,
        source,
        new Asking(system, options.tokens(MOST_TOKENS), 0, Asking.Mode.CHAT, options.attempt()),
        List.of(new ClassMetric("class", List.copyOf(classes)), new LatencyMetric("latency")));
  }
}
