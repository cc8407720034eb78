package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.score.ChoiceMetric;
import dev.kedge.eval.score.EvalCase;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Multiple choice in the layout of MMLU (Hendrycks et al. 2021): CSV without a head, question, four
 * options and the right letter; one file, or a folder of {@code SUBJECT_test.csv}. The letter with
 * the highest likelihood behind the question is the answer.
 */
final class Mmlu {
  private static final List<String> LETTERS = List.of("A", "B", "C", "D");
  private static final int CELLS = 6;

  private Mmlu() {}

  static PublicFilter open(Path file, PublicFilter.Options options) throws IOException {
    List<EvalCase> cases = new ArrayList<>();
    Sha256 digest = new Sha256();
    for (Path part : parts(file)) {
      byte[] bytes = HeldCases.bytes(part);
      digest.add(bytes, bytes.length);
      read(part, bytes, cases);
    }
    return new PublicFilter(
        "mmlu",
        new HeldCases(String.valueOf(file.getFileName()), digest.hex(), cases),
        new Asking("", 1, 0, Asking.Mode.LIKELIHOOD, options.attempt()),
        List.of(new ChoiceMetric("choice")));
  }

  private static List<Path> parts(Path file) throws IOException {
    if (!Files.isDirectory(file)) return List.of(file);
    try (Stream<Path> found = Files.list(file)) {
      List<Path> parts = found.filter(part -> part.toString().endsWith(".csv")).sorted().toList();
      if (parts.isEmpty()) throw KedgeException.invalid(file + ": no .csv files");
      return parts;
    }
  }

  private static void read(Path file, byte[] bytes, List<EvalCase> cases) {
    String subject =
        String.valueOf(file.getFileName()).replaceFirst("(_(test|val|dev))?\\.csv$", "");
    List<List<String>> rows = Csv.rows(new String(bytes, StandardCharsets.UTF_8), file.toString());
    for (int i = 0; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      String right = row.getLast().strip();
      if (row.size() != CELLS || !LETTERS.contains(right)) {
        throw KedgeException.invalid(
            file + ": row " + (i + 1) + ": expected question, four options and A, B, C or D");
      }
      cases.add(
          new EvalCase(
              "mmlu-" + subject + "-" + (i + 1),
              prompt(subject, row),
              JsonText.STRICT.getNodeFactory().stringNode(" " + right),
              List.of(subject),
              "",
              LETTERS.stream().map(letter -> " " + letter).toList(),
              JsonText.STRICT.createObjectNode()));
    }
  }

  private static String prompt(String subject, List<String> row) {
    StringBuilder prompt = new StringBuilder();
    prompt
        .append("The following is a multiple choice question (with answer) about ")
        .append(subject.replace('_', ' '))
        .append(".\n\n")
        .append(row.get(0).strip());
    for (int i = 0; i < LETTERS.size(); i++) {
      prompt.append('\n').append(LETTERS.get(i)).append(". ").append(row.get(i + 1).strip());
    }
    return prompt.append("\nAnswer:").toString();
  }
}
