package dev.kedge.console;

import dev.kedge.base.Money;
import dev.kedge.config.Role;
import dev.kedge.gate.GateRecord;
import dev.kedge.label.ItemStatus;
import dev.kedge.label.LabelProject;
import dev.kedge.limit.QueueState;
import dev.kedge.report.Html;
import dev.kedge.rollout.RolloutRecord;
import dev.kedge.route.UpstreamState;
import dev.kedge.usage.Grouping;
import dev.kedge.usage.UsageQuery;
import dev.kedge.usage.UsageStore;
import dev.kedge.usage.UsageTotal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What runs, whether it is well, and what it costs. */
final class HomePage {
  private static final int MOST_GATES = 200;

  private final ConsoleParts parts;
  private final Frame frame;

  HomePage(ConsoleParts parts, Frame frame) {
    this.parts = parts;
    this.frame = frame;
  }

  void add(Routes routes) {
    frame.place("", "Home", "/", "h");
    routes.get("/", this::home);
    routes.get("/console", _ -> Reply.seeOther("/"));
  }

  private Reply home(Ask ask) {
    boolean reads = ask.visitor().has(Role.AUDITOR, Role.APPROVER);
    List<UpstreamState> upstreams = parts.gateway().upstreams();
    List<Html> body = new ArrayList<>();
    body.add(Widgets.heading("Home", ""));
    List<Html> tiles = new ArrayList<>();
    tiles.add(health(upstreams));
    if (reads) parts.usage().ifPresent(usage -> tiles.add(spend(usage)));
    if (reads) tiles.add(decisions());
    if (ask.visitor().has(Role.LABELLER, Role.APPROVER, Role.AUDITOR)) tiles.add(labelling());
    body.add(Widgets.tiles(tiles.toArray(Html[]::new)));
    body.add(new NextSteps(parts).html(ask.visitor()));
    body.add(Html.element("h2", "Models"));
    body.add(models());
    if (!upstreams.isEmpty()) {
      body.add(Html.element("h2", "Upstreams"));
      body.add(upstreams(upstreams));
    }
    if (reads) parts.usage().ifPresent(usage -> body.add(month(usage)));
    return frame.page(ask, new Page("Home", Html.all(body)));
  }

  private Html health(List<UpstreamState> upstreams) {
    int models = parts.gateway().names().size();
    long down = upstreams.stream().filter(one -> !isWell(one)).count();
    String figure = models == 1 ? "1 model" : models + " models";
    if (!parts.gateway().ready()) return Widgets.tile("Health", figure, "shutting down");
    if (!parts.alive().getAsBoolean()) {
      return Widgets.tile("Health", figure, "an engine of this process has failed");
    }
    String note = "all upstreams are well";
    if (upstreams.isEmpty()) note = "in this process, computing";
    else if (down > 0) note = down + " of " + upstreams.size() + " upstreams are not well";
    return Widgets.tile("Health", figure, note);
  }

  private Html decisions() {
    List<GateRecord> gates = parts.gates().latest(Optional.empty(), MOST_GATES);
    List<RolloutRecord> rollouts = parts.rollouts().latest(MOST_GATES);
    long toSign = gates.stream().filter(gate -> gate.standing().open()).count();
    long waiting = rollouts.stream().filter(one -> one.progress().waitsForPeople()).count();
    long underWay = rollouts.stream().filter(one -> one.progress().underWay()).count();
    String note = "all are decided";
    if (gates.isEmpty() && rollouts.isEmpty()) note = "no candidate yet";
    else if (toSign + waiting > 0) note = "wait for people";
    else if (underWay > 0) note = Figures.count(underWay, "rollout") + " under way";
    String place = toSign == 0 && !rollouts.isEmpty() ? "/console/rollouts" : "/console/gates";
    return Widgets.tile(place, "Open decisions", Figures.whole(toSign + waiting), note);
  }

  private Html labelling() {
    long open = 0;
    long decide = 0;
    for (LabelProject project : parts.labelling().projects()) {
      Map<ItemStatus, Integer> counts = parts.labelling().counts(project.name());
      open += counts.getOrDefault(ItemStatus.OPEN, 0);
      decide += counts.getOrDefault(ItemStatus.DISPUTED, 0);
      decide += counts.getOrDefault(ItemStatus.SKIPPED, 0);
    }
    return Widgets.tile(
        "/console/labelling",
        "Items to label",
        Figures.whole(open),
        decide == 0 ? "none to decide" : Figures.count(decide, "item") + " to decide");
  }

  private static boolean isWell(UpstreamState state) {
    return state.up() && state.circuit() == UpstreamState.Circuit.CLOSED;
  }

  private Html models() {
    Widgets.Table table =
        new Widgets.Table("Models").column("Model").number("Running").number("Waiting");
    Map<String, QueueState> queues = parts.gateway().queues();
    for (String name : parts.gateway().names()) {
      QueueState queue = queues.get(name);
      table.row(
          name,
          queue == null ? "–" : Integer.toString(queue.running()),
          queue == null ? "–" : Integer.toString(queue.waiting()));
    }
    return table.html();
  }

  private static Html upstreams(List<UpstreamState> upstreams) {
    Widgets.Table table =
        new Widgets.Table("Upstreams").column("Upstream").column("State").number("Running");
    for (UpstreamState one : upstreams) {
      table.row(Html.text(one.name()), state(one), Html.text(Integer.toString(one.running())));
    }
    return table.html();
  }

  private static Html state(UpstreamState one) {
    if (one.draining()) return Widgets.badge("plain", "draining");
    if (!one.up()) return Widgets.badge("bad", "down");
    return switch (one.circuit()) {
      case CLOSED -> Widgets.badge("good", "up");
      case HALF_OPEN -> Widgets.badge("mid", "on trial");
      case OPEN -> Widgets.badge("bad", "cut off");
    };
  }

  private YearMonth thisMonth() {
    return YearMonth.from(LocalDate.ofInstant(parts.clock().instant(), ZoneOffset.UTC));
  }

  private UsageQuery inMonth() {
    Instant from = thisMonth().atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return UsageQuery.all().between(Optional.of(from), Optional.empty());
  }

  private Html spend(UsageStore usage) {
    UsageTotal sum = UsageTotal.sum(usage.totals(inMonth(), List.of()));
    String name = thisMonth().getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    return Widgets.tile(
        "Spend in " + name, Figures.dollars(sum.cost()), Figures.count(sum.requests(), "request"));
  }

  private Html month(UsageStore usage) {
    List<UsageTotal> byModel = usage.totals(inMonth(), List.of(Grouping.MODEL));
    Html heading = Html.element("h2", "This month");
    if (byModel.isEmpty()) {
      return Html.all(heading, Widgets.empty("No call was answered this month.", ""));
    }
    Widgets.Table table =
        new Widgets.Table("Usage of this month by model")
            .column("Model")
            .number("Requests")
            .number("Failed")
            .number("Input tokens")
            .number("Output tokens")
            .number("Mean first token")
            .number("Cost");
    for (UsageTotal total : byModel) {
      table.row(
          total.group().getFirst(),
          Figures.whole(total.requests()),
          Figures.whole(total.failed()),
          Figures.whole(total.input()),
          Figures.whole(total.output()),
          total.meanFirstToken().map(Figures::time).orElse("–"),
          Figures.dollars(total.cost()));
    }
    return Html.all(heading, days(usage), table.html());
  }

  private Html days(UsageStore usage) {
    TreeMap<String, Money> byDay = new TreeMap<>();
    YearMonth month = thisMonth();
    for (int day = 1; day <= month.lengthOfMonth(); day++) {
      byDay.put(month.atDay(day).toString(), Money.ZERO);
    }
    List<UsageTotal> totals = usage.totals(inMonth(), List.of(Grouping.DAY));
    totals.forEach(total -> byDay.put(total.group().getFirst(), total.cost()));
    List<Columns.Column> columns = new ArrayList<>();
    byDay.forEach((day, cost) ->
        columns.add(
            new Columns.Column(
                day.substring(8).replaceFirst("^0", ""),
                cost.nanos() / 1e9,
                Figures.dollars(cost))));
    return Columns.html("Cost by day, US dollars", "Day", "Cost", columns);
  }
}
