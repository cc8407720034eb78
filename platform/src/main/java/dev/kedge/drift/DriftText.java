package dev.kedge.drift;

/**
 * The report for a terminal.
 *
 * @param report what was found
 */
public record DriftText(DriftReport report) {
  /** The summary and every change. */
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
    for (String change : report.changes()) out.append("\n- ").append(change).append('\n');
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
}
