package dev.kedge.bench.engine;

import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Generation;
import dev.kedge.engine.Model;
import dev.kedge.engine.Request;
import dev.kedge.engine.Sampling;
import dev.kedge.engine.TokenEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How long after the start of the process a model answers: when its file is open, when the engine
 * takes requests, and when the first tokens of an answer come; and how long the same takes once
 * more, when all is warm. Prints one line; run it several times, the first one fills the system's
 * cache of files.
 *
 * <p>Arguments: model file, threads, tokens of the prompt, when the command was given ({@code date
 * +%s%3N}).
 */
public final class FirstToken {
  private static final int TOKENS = 4;

  private FirstToken() {}

  /** Prints the times. */
  public static void main(String[] arguments) throws Exception {
    Instant begin = Instant.ofEpochMilli(Long.parseLong(arguments[3]));
    int threads = Integer.parseInt(arguments[1]);
    int length = Integer.parseInt(arguments[2]);
    EngineOptions options = new EngineOptions(threads, 1, 1, length + 64, 0, 256, true);
    StringBuilder line = new StringBuilder();
    add(line, "main", begin);
    try (Model model = Model.load(Path.of(arguments[0]))) {
      add(line, "model open", begin);
      int[] prompt = new Random(1).ints(length, 3, model.info().vocabularySize() - 1).toArray();
      try (Engine engine = Engine.start(model, options)) {
        add(line, "engine up", begin);
        answer(engine, prompt, TOKENS, "token ", line, begin);
        // Other tokens, so that nothing of the first prompt is used again.
        for (int i = 0; i < length; i++) prompt[i]++;
        Instant warm = Instant.now();
        answer(engine, prompt, 2, "when warm, token ", line, warm);
      }
    }
    System.out.println(line);
  }

  private static void answer(
      Engine engine, int[] prompt, int tokens, String what, StringBuilder line, Instant begin)
      throws Exception {
    try (Generation answer =
        engine.submit(new Request(prompt, tokens, Sampling.GREEDY, List.of(), -1, true))) {
      TokenEvent event = answer.next();
      for (int i = 1; event instanceof TokenEvent.Token; i++) {
        add(line, what + i, begin);
        event = answer.next();
      }
    }
  }

  private static void add(StringBuilder line, String what, Instant begin) {
    Duration since = Duration.between(begin, Instant.now());
    line.append(String.format(Locale.ROOT, "%s %.2f s  ", what, since.toNanos() / 1e9));
  }
}
