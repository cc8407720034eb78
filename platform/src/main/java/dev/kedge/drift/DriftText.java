package dev.kedge.drift;

import java.util.Locale;

/**
 * The report for a terminal.
 *
 * @param report what was found
 */
public record DriftText(DriftReport report) {
  /** Summary, lines, and the traits that changed. */
  public String text() {
    StringBuilder out = new StringBuilder();
    out.append("wording: ").append(word()).append('\n');
    out.append(report.summary()).append("\n\n");
    out.append("  before     ").append(report.before()).append('\n');
    out.append("  now        ").append(report.after()).append('\n');
    out.append("  cases      ")
        .append(report.cases())
        .append(", of which ")
        .append(report.differing())
        .append(" have another text\n");
    if (report.verdict() == DriftReport.Verdict.IDENTICAL) return out.toString();
    for (DriftReport.PhraseLine line : report.phrases()) {
      out.append("\nphrase     ").append(line.sentence()).append('\n');
      out.append("           p ").append(p(line.adjusted())).append(" after adjustment; e.g. ");
      out.append(String.join(", ", line.examples())).append('\n');
    }
    for (DriftReport.TraitLine line : report.traits()) {
      if (line.shown()) out.append("\nkind       ").append(line.sentence()).append('\n');
    }
    for (DriftReport.LengthLine line : report.lengths()) {
      if (line.shown()) out.append("\nlength     ").append(Findings.sentence(line)).append('\n');
    }
    for (String note : report.notes()) out.append("\nNote: ").append(note).append('\n');
    return out.toString();
  }

  private String word() {
    return switch (report.verdict()) {
      case IDENTICAL -> "identical";
      case NOTHING_SHOWN -> "nothing changed beyond chance";
      case CHANGED -> "changed";
    };
  }

  private static String p(double value) {
    return value < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", value);
  }
}
