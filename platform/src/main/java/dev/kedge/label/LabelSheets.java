package dev.kedge.label;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Labelling by files of JSON lines, for people without the console. Any thread. */
public final class LabelSheets {
  private static final int PAGE = 1_000;

  private final Labelling labelling;

  public LabelSheets(Labelling labelling) {
    this.labelling = labelling;
  }

  /**
   * What was taken from a sheet.
   *
   * @param refused by line: {@code NUMBER: reason}
   */
  public record Taken(int labels, int skips, int decisions, List<String> refused) {
    public Taken {
      refused = List.copyOf(refused);
    }
  }

  /** Open items that this person has not answered, one a line, without anybody's label. */
  public List<String> open(String project, String person) {
    List<String> lines = new ArrayList<>();
    for (ItemView item : all(project, ItemStatus.OPEN)) {
      ItemView own = labelling.view(project, item.id(), person);
      if (own.own().isPresent() || own.skipped().isPresent() || own.revealed()) continue;
      ObjectNode line = line(item.id(), item.input());
      line.putNull("label");
      lines.add(line.toString());
    }
    return lines;
  }

  /** Items to decide, one a line, with all labels; this person counts as having seen them. */
  public List<String> disputes(String project, String person) {
    List<String> lines = new ArrayList<>();
    for (ItemStatus status : List.of(ItemStatus.DISPUTED, ItemStatus.SKIPPED)) {
      for (ItemView item : all(project, status)) {
        Answers answers = labelling.dispute(project, item.id(), person);
        ObjectNode line = line(item.id(), item.input());
        ArrayNode labels = line.putArray("labels");
        for (Answers.Label label : answers.labels()) {
          ObjectNode one = labels.addObject().put("person", label.person());
          label.value().ifPresent(value -> one.set("label", value));
          label.reason().ifPresent(reason -> one.put("skip", reason));
        }
        for (LabelEvent comment : answers.comments()) {
          line.withArray("comments")
              .addObject()
              .put("person", comment.person())
              .put("text", comment.reason().orElse(""));
        }
        answers.suggestion().ifPresent(value -> line.set("suggestion", value));
        line.putNull("decision").put("reason", "");
        lines.add(line.toString());
      }
    }
    return lines;
  }

  private static ObjectNode line(String id, String input) {
    return JsonText.STRICT.createObjectNode().put("id", id).put("input", input);
  }

  private List<ItemView> all(String project, ItemStatus status) {
    labelling.project(project);
    List<ItemView> all = new ArrayList<>();
    List<ItemView> page = labelling.items(project, Optional.of(status), 0, PAGE);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = labelling.items(project, Optional.of(status), page.getLast().position(), PAGE);
    }
    return all;
  }

  /** Takes a person's filled sheet; lines in which nothing was filled are passed over. */
  public Taken take(String project, String person, List<String> lines) {
    labelling.project(project);
    int[] counts = new int[3];
    List<String> refused = new ArrayList<>();
    int number = 0;
    for (String line : lines) {
      number++;
      if (line.isBlank()) continue;
      try {
        take(project, person, line, counts);
      } catch (KedgeException e) {
        refused.add(number + ": " + e.getMessage());
      }
    }
    return new Taken(counts[0], counts[1], counts[2], refused);
  }

  private void take(String project, String person, String text, int[] counts) {
    JsonNode line =
        JsonText.parse(text)
            .filter(JsonNode::isObject)
            .orElseThrow(() -> KedgeException.invalid("not a JSON object"));
    String id = line.path("id").asString("");
    String comment = line.path("comment").asString("");
    JsonNode label = line.path("label");
    String skip = line.path("skip").asString("");
    JsonNode decision = line.path("decision");
    boolean drop = line.path("drop").booleanValue(false);
    if (filled(label)) {
      labelling.answer(project, id, person, label);
      counts[0]++;
    } else if (!skip.isBlank()) {
      labelling.skip(project, id, person, skip);
      counts[1]++;
    }
    if (filled(decision) || drop) {
      Optional<JsonNode> chosen = drop ? Optional.empty() : Optional.of(decision);
      labelling.decide(project, id, person, chosen, line.path("reason").asString(""));
      counts[2]++;
    }
    if (!comment.isBlank()) labelling.comment(project, id, person, comment);
  }

  private static boolean filled(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }
}
