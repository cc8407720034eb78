package dev.kedge.eval.filter;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.run.Asking;
import dev.kedge.eval.run.CaseSource;
import dev.kedge.eval.score.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A public data set, ready to be run.
 *
 * @param name such as {@code gsm8k}
 * @param source its cases
 * @param asking how they are asked
 * @param metrics how answers are scored
 */
public record PublicFilter(String name, CaseSource source, Asking asking, List<Metric> metrics) {
  public PublicFilter {
    metrics = List.copyOf(metrics);
  }

  /** The same for models that know no chat. */
  public PublicFilter plain() {
    return new PublicFilter(name, source, asking.plain(), metrics);
  }

  /** The data sets that are known. */
  public enum Kind {
    GSM8K,
    IFEVAL,
    MMLU,
    BANKING77,
    CLINC150,
    HUMANEVAL;

    /**
     * By name.
     *
     * @throws KedgeException if there is none of this name
     */
    public static Kind of(String name) {
      for (Kind kind : values()) if (kind.text().equals(name.toLowerCase(Locale.ROOT))) return kind;
      throw KedgeException.invalid(
          "no public filter is called '"
              + name
              + "'; there are: "
              + String.join(", ", Arrays.stream(values()).map(Kind::text).toList()));
    }

    /** As commands spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a filter can be told.
   *
   * @param maxTokens of an answer; 0 takes the filter's own
   * @param attempt as of {@link Asking}
   * @param sandbox a command that runs a program from its standard input; empty for none
   * @param timeout longest time of the sandbox for one program
   */
  public record Options(int maxTokens, int attempt, List<String> sandbox, Duration timeout) {
    public Options {
      sandbox = List.copyOf(sandbox);
    }

    int tokens(int ownMost) {
      return maxTokens == 0 ? ownMost : maxTokens;
    }
  }

  /**
   * Reads a file as its publisher ships it.
   *
   * @throws KedgeException naming file and place if it is not in this layout, or a sandbox is
   *     needed and none is named
   */
  public static PublicFilter open(Kind kind, Path file, Options options) throws IOException {
    return switch (kind) {
      case GSM8K -> Gsm8k.open(file, options);
      case IFEVAL -> IfEval.open(file, options);
      case MMLU -> Mmlu.open(file, options);
      case BANKING77 -> Banking77.open(file, options);
      case CLINC150 -> Clinc150.open(file, options);
      case HUMANEVAL -> HumanEval.open(file, options);
    };
  }
}
