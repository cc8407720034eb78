package dev.kedge.eval.filter;

import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The solutions that HumanEval's file holds beside its tests. */
final class HumanEvalSolutions {
  private HumanEvalSolutions() {}

  static List<String> of(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> JsonText.STRICT.readTree(line).path("canonical_solution").asString())
          .toList();
    }
  }
}
