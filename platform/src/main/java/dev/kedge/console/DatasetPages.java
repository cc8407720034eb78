package dev.kedge.console;

import dev.kedge.eval.data.DatasetDiff;
import dev.kedge.eval.data.DatasetVersion;
import dev.kedge.eval.data.Datasets;
import dev.kedge.eval.data.Entry;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Datasets with their versions, where each came from, and what is in it. */
final class DatasetPages {
  private static final int PAGE = 50;
  private static final int MOST_IDS = 50;

  private final Datasets datasets;
  private final Frame frame;

  DatasetPages(Datasets datasets, Frame frame) {
    this.datasets = datasets;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("Holdout", "Datasets", "/console/datasets", "t", RunPages.READERS);
    routes.get("/console/datasets", this::list, RunPages.READERS);
    routes.get("/console/datasets/*", this::version, RunPages.READERS);
  }

  private Reply list(Ask ask) {
    Widgets.Table table =
        new Widgets.Table("Datasets")
            .column("Version")
            .number("Examples")
            .number("Labelled")
            .column("Digest")
            .column("Made")
            .column("Created");
    for (DatasetVersion version : all().reversed()) {
      table.row(
          Widgets.link(Fields.path("datasets", version.reference()), version.reference()),
          Html.text(Figures.whole(version.examples())),
          Html.text(Figures.whole(version.labelled())),
          Html.element("code", version.sha256().substring(0, 12)),
          Html.text(made(version)),
          Html.text(Figures.moment(version.created())));
    }
    return frame.page(
        ask,
        new Page(
            "Datasets",
            Widgets.heading(
                "Datasets", "Numbered versions that never change, each with its digest."),
            table.isEmpty()
                ? Widgets.empty(
                    "There is no dataset yet. Build one from captured calls, or from a file:",
                    "kedge eval holdout build --captured --task TASK --config kedge.yaml\n"
                        + "kedge eval holdout build --from calls.jsonl --config kedge.yaml")
                : table.html()));
  }

  private List<DatasetVersion> all() {
    try {
      return datasets.list();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String made(DatasetVersion version) {
    String by = version.made().path("by").asString("");
    String parent = version.parent().map(number -> "from version " + number).orElse("");
    return by.isEmpty() || parent.isEmpty() ? by + parent : by + ", " + parent;
  }

  private Reply version(Ask ask) {
    try {
      DatasetVersion version = datasets.find(ask.step());
      return frame.page(ask, page(ask, version, datasets.read(version)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Page page(Ask ask, DatasetVersion version, List<Entry> entries) throws IOException {
    String text = ask.query().text("text").toLowerCase(Locale.ROOT);
    String only = ask.query().text("only");
    List<Entry> matching =
        entries.stream()
            .filter(
                entry -> text.isEmpty() || entry.input().toLowerCase(Locale.ROOT).contains(text))
            .filter(entry -> !only.equals("labelled") || entry.expected().isPresent())
            .filter(entry -> !only.equals("unlabelled") || entry.expected().isEmpty())
            .toList();
    int page = ask.query().number("page", 1, 1, 1_000_000);
    return new Page(
        version.reference(),
        Html.element("p.trail", Widgets.link("/console/datasets", "Datasets")),
        Widgets.heading(version.reference(), "created " + Figures.moment(version.created())),
        Widgets.tiles(
            Widgets.tile("Examples", Figures.whole(version.examples()), tags(entries)),
            Widgets.tile("Labelled", Figures.whole(version.labelled()), share(version))),
        facts(version),
        difference(version, entries),
        Tag.of("h2").with("id", "examples").around("Examples"),
        filter(version, ask),
        Html.element("p.soft", Figures.count(matching.size(), "example")),
        examples(matching, page),
        pages(ask, version, page, matching.size()));
  }

  private static String share(DatasetVersion version) {
    return Figures.percent(
        version.examples() == 0 ? 0 : (double) version.labelled() / version.examples());
  }

  private static String tags(List<Entry> entries) {
    long tags = entries.stream().flatMap(entry -> entry.tags().stream()).distinct().count();
    return tags == 0 ? "without tags" : Figures.count(tags, "tag");
  }

  private static Html facts(DatasetVersion version) {
    List<Html> facts = new ArrayList<>();
    RunPages.fact(facts, "Digest", version.sha256());
    RunPages.fact(facts, "Made", made(version));
    return Html.all(
        Html.element("dl.facts", Html.all(facts)),
        steps(version),
        Html.element(
            "details",
            Html.element("summary", "How it was made, in full"),
            Html.element("pre", LabelInput.text(version.made()))));
  }

  /** What each step of building left over, and why. */
  private static Html steps(DatasetVersion version) {
    Widgets.Table table =
        new Widgets.Table("Steps").column("Step").number("In").number("Out").column("Dropped");
    for (JsonNode step : version.made().path("report").path("steps").values()) {
      List<String> dropped = new ArrayList<>();
      for (JsonNode one : step.path("dropped").values()) {
        dropped.add(one.path("count").asInt(0) + ": " + one.path("reason").asString(""));
      }
      table.row(
          step.path("step").asString(""),
          Figures.whole(step.path("in").asLong(0)),
          Figures.whole(step.path("out").asLong(0)),
          dropped.isEmpty() ? "–" : String.join("; ", dropped));
    }
    return table.isEmpty() ? Html.EMPTY : table.html();
  }

  private Html difference(DatasetVersion version, List<Entry> entries) throws IOException {
    if (version.parent().isEmpty()) return Html.EMPTY;
    String before = version.name() + "@" + version.parent().get();
    DatasetDiff diff = DatasetDiff.of(datasets.read(datasets.find(before)), entries);
    List<String> changed = diff.changed().stream().map(DatasetDiff.Change::id).toList();
    List<Html> facts = new ArrayList<>();
    ids(facts, "Added", diff.added());
    ids(facts, "Removed", diff.removed());
    ids(facts, "Changed", changed);
    RunPages.fact(facts, "The same", Figures.whole(diff.unchanged()));
    return Html.element(
        "details",
        Html.element("summary", "Against " + before),
        Html.element("dl.facts", Html.all(facts)));
  }

  private static void ids(List<Html> facts, String name, List<String> ids) {
    String list = String.join(", ", ids.stream().limit(MOST_IDS).toList());
    String more = ids.size() > MOST_IDS ? " and more" : "";
    RunPages.fact(facts, name, ids.size() + (list.isEmpty() ? "" : ": " + list + more));
  }

  private static Html filter(DatasetVersion version, Ask ask) {
    Map<String, String> only = new TreeMap<>();
    only.put("", "all");
    only.put("labelled", "labelled");
    only.put("unlabelled", "without a label");
    return Tag.of("form.filter")
        .with("method", "get")
        .with("action", Fields.path("datasets", version.reference()))
        .with("role", "search")
        .with("aria-label", "Examples")
        .around(
            Widgets.select("only", "Show", only, ask.query().text("only")),
            Html.element(
                "div",
                Tag.of("label").with("for", "text").around("Text"),
                Tag.of("input")
                    .with("id", "text")
                    .with("name", "text")
                    .with("type", "search")
                    .with("data-key", "/")
                    .with("value", ask.query().text("text"))
                    .alone()),
            Html.element("button", "Filter"));
  }

  private static Html examples(List<Entry> matching, int page) {
    int from = (int) Math.min(matching.size(), (page - 1L) * PAGE);
    List<Entry> shown = matching.subList(from, Math.min(matching.size(), from + PAGE));
    if (shown.isEmpty()) return Widgets.empty("No example is like that.", "");
    Widgets.Table table =
        new Widgets.Table("Examples")
            .column("Input")
            .column("Label")
            .column("Tags")
            .column("Id and origin");
    for (Entry entry : shown) {
      String label = entry.expected().map(LabelInput::text).orElse("–");
      table.row(
          Html.text(Figures.brief(entry.input(), 300)),
          Html.text(Figures.brief(label, 200)),
          Html.text(entry.tags().isEmpty() ? "–" : String.join(", ", entry.tags())),
          Html.all(
              Html.element("span.id", Figures.brief(entry.id(), 40)),
              Html.element("span.id.wrap", origin(entry))));
    }
    return table.html();
  }

  /** The source without the id, where it ends with that. */
  private static String origin(Entry entry) {
    String source = entry.source();
    boolean same = source.endsWith(":" + entry.id());
    return same ? source.substring(0, source.length() - entry.id().length() - 1) : source;
  }

  private static Html pages(Ask ask, DatasetVersion version, int page, int count) {
    int pages = Math.max(1, (count + PAGE - 1) / PAGE);
    return Widgets.pages(
        page,
        pages,
        number -> {
          Map<String, String> query = new TreeMap<>();
          query.put("only", ask.query().text("only"));
          query.put("text", ask.query().text("text"));
          query.put("page", Long.toString(number));
          return Fields.address(Fields.path("datasets", version.reference()), query) + "#examples";
        });
  }
}
