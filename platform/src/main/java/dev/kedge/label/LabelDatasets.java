package dev.kedge.label;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import dev.kedge.label.agreement.Agreement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** From a dataset to a labelling project and back. Any thread. */
public final class LabelDatasets {
  private final Datasets datasets;
  private final Labelling labelling;

  public LabelDatasets(Datasets datasets, Labelling labelling) {
    this.datasets = datasets;
    this.labelling = labelling;
  }

  /**
   * Begins a project with the examples of a dataset, in their order.
   *
   * @param project names the dataset as {@link DatasetVersion#reference}
   */
  public void create(LabelProject project) throws IOException {
    DatasetVersion version = datasets.find(project.dataset());
    labelling.create(
        project,
        datasets.read(version).stream()
            .map(entry ->
                new LabelItem(
                    entry.id(),
                    entry.input(),
                    entry.suggestion().map(project.form()::suggested),
                    entry.tags()))
            .toList());
  }

  /**
   * Writes a project's final labels as a new version of its dataset. Items that were left out are
   * not in it.
   *
   * @param partial whether items without a final label are simply missing; else they are an error
   */
  public DatasetVersion publish(String name, boolean partial) throws IOException {
    LabelProject project = labelling.project(name);
    DatasetVersion source = datasets.find(project.dataset());
    Progress progress = labelling.progress(name);
    int missing = progress.total() - progress.finished();
    if (missing > 0 && !partial) {
      throw KedgeException.invalid(
          missing
              + " items of '"
              + name
              + "' have no final label yet, "
              + progress.toDecide()
              + " of them wait for a decision; --partial leaves them out");
    }
    Map<String, Finished> labels = new LinkedHashMap<>();
    for (Finished finished : labelling.finished(name)) labels.put(finished.id(), finished);
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : datasets.read(source)) {
      Finished label = labels.get(entry.id());
      if (label != null) entries.add(entry.withExpected(label.label()));
    }
    return datasets.add(
        source.name(), entries, Optional.of(source), made(project, progress, labels));
  }

  private ObjectNode made(LabelProject project, Progress progress, Map<String, Finished> labels) {
    ObjectNode made = JsonText.STRICT.createObjectNode();
    made.put("by", "labelling").put("project", project.name());
    made.put("agreed", progress.count(ItemStatus.AGREED));
    made.put("decided", labels.values().stream().filter(Finished::decided).count());
    made.put("leftOut", progress.count(ItemStatus.DROPPED));
    made.put("unfinished", progress.total() - progress.finished());
    progress.people().forEach(person -> made.withArray("people").add(person.name()));
    Agreement agreement = Agreement.of(labelling.blind(project.name()), 1);
    made.put("itemsWithTwoLabels", agreement.units());
    agreement
        .alpha()
        .ifPresent(alpha -> {
          ObjectNode node = made.putObject("krippendorffAlpha");
          node.put("value", alpha.value()).put("low", alpha.low()).put("high", alpha.high());
        });
    return made;
  }
}
