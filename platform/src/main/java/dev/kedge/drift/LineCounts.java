package dev.kedge.drift;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts the answers that have the phrases of the report's lines, over all cases. */
final class LineCounts {
  private static final int MOST_EXAMPLES = 5;
  private static final double CONCENTRATED = 0.9;

  private final DriftInput input;
  private final Map<PhraseLines.Line, Count> counts = new HashMap<>();

  /** Of one line. */
  private static final class Count {
    private long before;
    private long after;
    private long lost;
    private long added;
    private long insteadBefore;
    private long insteadAfter;
    private long ownLost;
    private long ownAdded;
    private long changed;
    private final List<String> examples = new ArrayList<>();
    private final Map<String, Long> tags = new HashMap<>();
  }

  LineCounts(DriftInput input) {
    this.input = input;
  }

  List<DriftReport.PhraseLine> count(List<PhraseLines.Line> lines) {
    if (lines.isEmpty()) return List.of();
    for (PhraseLines.Line line : lines) counts.put(line, new Count());
    Map<String, Long> tags = new HashMap<>();
    for (DriftCase one : input.cases()) {
      for (String tag : one.tags()) tags.merge(tag, 1L, Long::sum);
      Words was = Words.of(one.old());
      Words is = one.old().equals(one.fresh()) ? was : Words.of(one.fresh());
      Optional<Words> again =
          input.measured() ? Optional.of(Words.of(one.before().get(1).text())) : Optional.empty();
      for (PhraseLines.Line line : lines) count(line, one, was, is, again);
    }
    return lines.stream().map(line -> line(line, tags)).toList();
  }

  private void count(
      PhraseLines.Line line, DriftCase one, Words was, Words is, Optional<Words> again) {
    Count count = counts.computeIfAbsent(line, _ -> new Count());
    boolean had = line.phrase().isIn(was);
    boolean has = was == is ? had : line.phrase().isIn(is);
    if (had) count.before++;
    if (has) count.after++;
    if (had && !has) count.lost++;
    if (!had && has) count.added++;
    line.instead()
        .ifPresent(other -> {
          if (other.isIn(was)) count.insteadBefore++;
          if (other.isIn(is)) count.insteadAfter++;
        });
    again.ifPresent(words -> {
      boolean still = line.phrase().isIn(words);
      if (had && !still) count.ownLost++;
      if (!had && still) count.ownAdded++;
    });
    if (had == has) return;
    count.changed++;
    if (count.examples.size() < MOST_EXAMPLES) count.examples.add(one.id());
    for (String tag : one.tags()) count.tags.merge(tag, 1L, Long::sum);
  }

  private DriftReport.PhraseLine line(PhraseLines.Line line, Map<String, Long> tags) {
    Count count = counts.computeIfAbsent(line, _ -> new Count());
    long n = input.cases().size();
    LogOdds odds = LogOdds.of(count.before, n, count.after, n);
    Optional<DriftReport.Own> own =
        input.measured()
            ? Optional.of(new DriftReport.Own(count.ownLost, count.ownAdded))
            : Optional.empty();
    String where = where(count, tags);
    return new DriftReport.PhraseLine(
        line.phrase().text(),
        line.lost(),
        count.before,
        count.after,
        count.lost,
        count.added,
        line.instead().map(Phrase::text),
        count.insteadBefore,
        count.insteadAfter,
        own,
        odds.value(),
        odds.z(),
        line.p(),
        line.adjusted(),
        where,
        count.examples,
        sentence(line, count, own, where));
  }

  private String sentence(
      PhraseLines.Line line, Count count, Optional<DriftReport.Own> own, String where) {
    StringBuilder text =
        new StringBuilder(
            "‘%s’ was in %d of %d answers and is in %d"
                .formatted(line.phrase().text(), count.before, input.cases().size(), count.after));
    if (count.lost > 0 && count.added > 0) {
      text.append(" (lost in %d, added in %d)".formatted(count.lost, count.added));
    }
    line.instead()
        .ifPresent(other ->
            text.append(
                "; in its place stands ‘%s’: in %d before, in %d now"
                    .formatted(other.text(), count.insteadBefore, count.insteadAfter)));
    if (!where.isEmpty()) text.append("; ").append(where);
    own.ifPresent(o -> text.append(TraitLines.ownText(own)));
    return text.append('.').toString();
  }

  /** The tag that nearly all changed cases share and most other cases lack. */
  private String where(Count count, Map<String, Long> tags) {
    String best = "";
    long fewest = input.cases().size() / 2;
    for (Map.Entry<String, Long> tag : count.tags.entrySet()) {
      long all = tags.getOrDefault(tag.getKey(), 0L);
      if (tag.getValue() < CONCENTRATED * count.changed || all > fewest) continue;
      fewest = all;
      best =
          "%d of the %d changed cases have the tag ‘%s’, which %d of all %d cases have"
              .formatted(tag.getValue(), count.changed, tag.getKey(), all, input.cases().size());
    }
    return best;
  }
}
