package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.JsonText;
import dev.kedge.eval.score.LatencyMetric;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Python functions with tests (Chen et al. 2021); programs run only where a sandbox is named. */
final class HumanEval {
  private static final int MOST_TOKENS = 768;
  private static final int LARGEST = 64 << 20;
  private static final String HOW =
      "Complete this Python function. Answer with the whole function in one Python code block.\n\n";

  private HumanEval() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    if (options.sandbox().isEmpty()) {
      throw KedgeException.invalid(
          "humaneval runs programs that a model wrote; name a command that runs a Python program"
              + " from its standard input where it can do no harm: --sandbox 'COMMAND'");
    }
    Sandbox sandbox = new Sandbox(options.sandbox(), options.timeout());
    byte[] bytes = HeldCases.bytes(file);
    List<EvalCase> cases = new ArrayList<>();
    int number = 0;
    for (String line : text(file, bytes).lines().toList()) {
      number++;
      if (!line.isBlank()) cases.add(read(line, file + ":" + number));
    }
    probe(sandbox);
    return new PublicFilter(
        "humaneval",
        HeldCases.of(file, bytes, cases),
        new Asking("", options.tokens(MOST_TOKENS), 0, Asking.Mode.CHAT, options.attempt()),
        List.of(new SandboxMetric("tests", sandbox), new LatencyMetric("latency")));
  }

  private static void probe(Sandbox sandbox) throws IOException {
    try {
      sandbox.probe();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private static String text(Path file, byte[] bytes) throws IOException {
    if (!file.toString().endsWith(".gz")) return new String(bytes, StandardCharsets.UTF_8);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] all = in.readNBytes(LARGEST);
      return new String(all, StandardCharsets.UTF_8);
    }
  }

  private static EvalCase read(String line, String place) {
    try {
      JsonNode node = JsonText.STRICT.readTree(line);
      for (String key : List.of("task_id", "prompt", "test", "entry_point")) {
        if (node.path(key).isString()) continue;
        throw KedgeException.invalid(place + ": expected the text '" + key + "'");
      }
      ObjectNode extra = JsonText.STRICT.createObjectNode();
      for (String key : List.of("prompt", "test", "entry_point")) extra.set(key, node.path(key));
      String prompt = HOW + "```python\n" + node.path("prompt").asString() + "```";
      return new EvalCase(
          node.path("task_id").asString(),
          prompt,
          JsonText.STRICT.nullNode(),
          List.of(),
          "",
          List.of(),
          extra);
    } catch (JacksonException e) {
      throw KedgeException.invalid(place + ": not JSON: " + e.getOriginalMessage());
    }
  }
}
