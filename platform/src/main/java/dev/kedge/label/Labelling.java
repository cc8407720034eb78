package dev.kedge.label;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.label.LabelEvent.Kind;
import dev.kedge.label.WorkStore.State;
import dev.kedge.label.WorkStore.Work;
import dev.kedge.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * Labelling by several people at once. Any thread may call; every call is one transaction, and what
 * it returned from has happened for good. Who a person is, and what that person may do, the caller
 * has checked.
 *
 * <p>Calls that cannot be done are {@link KedgeException}s: {@link Failure.NotFound} for an unknown
 * project or item, {@link Failure.Invalid} for a label that does not fit its form, {@link
 * Failure.Forbidden} where something is still hidden.
 */
public final class Labelling {
  /** How long somebody has an item before others may get its place. */
  public static final Duration LEASE = Duration.ofMinutes(30);

  private static final int MOST_ITEMS = 20_000;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 10_000;

  private final Store store;
  private final InstantSource clock;
  private final ProjectStore projects;
  private final WorkStore works = new WorkStore();
  private final HistoryStore history = new HistoryStore();

  public Labelling(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.projects = new ProjectStore(store.dialect());
  }

  /**
   * Begins a project.
   *
   * @param items 1 to 20,000, in the order in which they are handed out
   */
  public void create(LabelProject project, List<LabelItem> items) {
    if (items.isEmpty() || items.size() > MOST_ITEMS) {
      throw KedgeException.invalid("a labelling project has 1 to 20,000 items");
    }
    Set<String> ids = new HashSet<>();
    for (LabelItem item : items) {
      if (!ids.add(item.id())) {
        throw KedgeException.invalid("the item '" + item.id() + "' stands twice");
      }
    }
    store.writeDurably(handle -> {
      if (!projects.add(handle, project)) {
        throw KedgeException.invalid(
            "there is a labelling project '" + project.name() + "' already; take another name");
      }
      projects.addItems(handle, project.name(), items);
      return true;
    });
  }

  /** All projects, by name. */
  public List<LabelProject> projects() {
    return store.read(projects::all);
  }

  /** One project. */
  public LabelProject project(String name) {
    return store.read(handle -> projects.find(handle, name)).orElseThrow(() -> noProject(name));
  }

  /**
   * What a person should do next: the item that the person already has, or the next with a place.
   */
  public Assignment next(String project, String person) {
    named(person);
    return write(
        project,
        (handle, locked) -> {
          Instant now = clock.instant();
          Optional<String> held = works.leased(handle, project, person, now);
          Optional<String> item = held.isPresent() ? held : works.free(handle, locked, person, now);
          if (item.isPresent()) return lease(handle, locked, item.get(), person, now);
          return works
              .firstEnd(handle, project, person, now)
              .<Assignment>map(Assignment.Waiting::new)
              .orElseGet(Assignment.Done::new);
        });
  }

  private Assignment lease(
      Handle handle, LabelProject project, String item, String person, Instant now) {
    Instant until = now.plus(LEASE);
    Optional<Work> before = works.find(handle, project.name(), item, person);
    boolean again = before.map(work -> work.until().isAfter(now)).orElse(false);
    Instant began = again ? before.map(Work::began).orElse(now) : now;
    works.put(handle, project.name(), Work.fresh(item, person, State.LEASED, began, until));
    if (!again) record(handle, project.name(), item, person, Kind.LEASED);
    return new Assignment.Work(
        LabelRecords.view(
            row(handle, project.name(), item), works.find(handle, project.name(), item, person)),
        until);
  }

  /** Gives an item back that the person does not want to label now; others may get it at once. */
  public void release(String project, String item, String person) {
    write(
        project,
        (handle, _) -> {
          works
              .find(handle, project, item, person)
              .filter(work -> work.state() == State.LEASED)
              .ifPresent(work ->
                  works.put(
                      handle,
                      project,
                      Work.fresh(item, person, State.LEASED, work.began(), clock.instant())));
          return true;
        });
  }

  /** An item as a person may see it who labels. */
  public ItemView view(String project, String item, String person) {
    return store.read(handle ->
        LabelRecords.view(row(handle, project, item), works.find(handle, project, item, person)));
  }

  /**
   * Takes a person's answer, the first or a corrected one. The same answer again changes nothing.
   *
   * @return how the item stands now
   * @throws KedgeException {@link Failure.Invalid} naming what does not fit the form
   */
  public ItemStatus answer(String project, String item, String person, JsonNode label) {
    named(person);
    return write(
        project,
        (handle, locked) -> {
          checked(locked.form(), label);
          ProjectStore.Row row = row(handle, project, item);
          Optional<Work> before = works.find(handle, project, item, person);
          if (before.flatMap(Work::value).map(label::equals).orElse(false)) return row.status();
          boolean knowing = before.map(work -> work.knows(row.status())).orElse(false);
          Instant now = clock.instant();
          works.put(
              handle,
              project,
              new Work(
                  item,
                  person,
                  State.ANSWERED,
                  before.map(Work::began).orElse(now),
                  now,
                  Optional.of(label),
                  knowing ? before.flatMap(Work::blind) : Optional.of(label),
                  Optional.empty(),
                  before.map(Work::revealed).orElse(false)));
          history.add(
              handle,
              project,
              new LabelEvent(
                  0,
                  item,
                  person,
                  knowing ? Kind.REVISED : Kind.ANSWERED,
                  Optional.of(label),
                  Optional.empty(),
                  now,
                  before
                      .filter(work -> work.state() == State.LEASED)
                      .map(work -> Duration.between(work.began(), now))));
          return restate(handle, locked, row);
        });
  }

  /**
   * Leaves an item to others.
   *
   * @param reason why it cannot be labelled
   * @return how the item stands now
   */
  public ItemStatus skip(String project, String item, String person, String reason) {
    named(person);
    reasoned(reason);
    return write(
        project,
        (handle, locked) -> {
          ProjectStore.Row row = row(handle, project, item);
          Optional<Work> before = works.find(handle, project, item, person);
          Instant now = clock.instant();
          works.put(
              handle,
              project,
              new Work(
                  item,
                  person,
                  State.SKIPPED,
                  before.map(Work::began).orElse(now),
                  now,
                  Optional.empty(),
                  before.filter(work -> work.knows(row.status())).flatMap(Work::blind),
                  Optional.of(reason),
                  before.map(Work::revealed).orElse(false)));
          record(handle, project, item, person, Kind.SKIPPED, Optional.of(reason));
          return restate(handle, locked, row);
        });
  }

  /** Writes a remark on an item. Others see it once their own answer stands. */
  public void comment(String project, String item, String person, String text) {
    named(person);
    reasoned(text);
    write(
        project,
        (handle, _) -> {
          row(handle, project, item);
          record(handle, project, item, person, Kind.COMMENTED, Optional.of(text));
          return true;
        });
  }

  /**
   * Shows a person the others' labels and the suggestion, once the own answer or skip stands, and
   * notes that.
   *
   * @throws KedgeException {@link Failure.Forbidden} before
   */
  public Answers reveal(String project, String item, String person) {
    return write(
        project,
        (handle, _) -> {
          ProjectStore.Row row = row(handle, project, item);
          Work own =
              works
                  .find(handle, project, item, person)
                  .filter(Work::finished)
                  .orElseThrow(() ->
                      new KedgeException(
                          new Failure.Forbidden(
                              "others' labels stay hidden until your own answer stands",
                              "label_hidden")));
          seen(handle, project, own);
          return LabelRecords.answers(
              row,
              works.of(handle, project, row.id()),
              history.comments(handle, project, row.id()));
        });
  }

  /**
   * Shows an item with all labels to somebody who decides, and notes that: this person will not be
   * asked to label it.
   */
  public Answers dispute(String project, String item, String person) {
    named(person);
    return write(
        project,
        (handle, _) -> {
          ProjectStore.Row row = row(handle, project, item);
          Instant now = clock.instant();
          Optional<Work> own = works.find(handle, project, item, person);
          Work work = own.orElseGet(() -> Work.fresh(item, person, State.SEEN, now, now));
          seen(handle, project, work);
          return LabelRecords.answers(
              row,
              works.of(handle, project, row.id()),
              history.comments(handle, project, row.id()));
        });
  }

  private void seen(Handle handle, String project, Work own) {
    if (own.revealed()) return;
    works.put(
        handle,
        project,
        new Work(
            own.item(),
            own.person(),
            own.finished() ? own.state() : State.SEEN,
            own.began(),
            own.until(),
            own.value(),
            own.blind(),
            own.reason(),
            true));
    record(handle, project, own.item(), own.person(), Kind.REVEALED);
  }

  /**
   * Decides on an item, disputed or not; a later decision replaces an earlier one.
   *
   * @param label the right answer; empty leaves the item out
   * @param reason why
   */
  public ItemStatus decide(
      String project, String item, String person, Optional<JsonNode> label, String reason) {
    named(person);
    reasoned(reason);
    return write(
        project,
        (handle, locked) -> {
          label.ifPresent(value -> checked(locked.form(), value));
          row(handle, project, item);
          Instant now = clock.instant();
          projects.decide(handle, project, item, new Answers.Decided(person, label, reason, now));
          Kind kind = label.isPresent() ? Kind.DECIDED : Kind.DROPPED;
          history.add(
              handle,
              project,
              new LabelEvent(
                  0, item, person, kind, label, Optional.of(reason), now, Optional.empty()));
          return label.isPresent() ? ItemStatus.DECIDED : ItemStatus.DROPPED;
        });
  }

  /** How many items of a project stand how; states without any are absent. */
  public Map<ItemStatus, Integer> counts(String project) {
    return store.read(handle -> projects.counts(handle, project));
  }

  /** How far a project is. */
  public Progress progress(String project) {
    project(project);
    return store.read(
        handle -> new Progress(projects.counts(handle, project), history.people(handle, project)));
  }

  /**
   * Items in their order, without labels.
   *
   * @param status only these
   * @param after only behind this position; 0 begins
   * @param limit at most so many
   */
  public List<ItemView> items(String project, Optional<ItemStatus> status, int after, int limit) {
    return store.read(handle ->
        projects.items(handle, project, status, after, limit).stream()
            .map(row -> LabelRecords.view(row, Optional.empty()))
            .toList());
  }

  /** What everybody did, oldest first; with an item's id only there. */
  public List<LabelEvent> history(String project, Optional<String> item) {
    return LabelRecords.paged(after ->
        store.read(handle -> history.events(handle, project, item, after, LabelRecords.PAGE)));
  }

  /** The final labels, in the order of the items. */
  public List<Finished> finished(String project) {
    LabelProject found = project(project);
    return store.read(handle ->
        LabelRecords.finished(
            found,
            projects.items(handle, project, Optional.empty(), 0, MOST_ITEMS),
            works.finished(handle, project)));
  }

  /** The answers that people gave blind, for agreement. */
  public BlindLabels blind(String project) {
    LabelProject found = project(project);
    return store.read(handle -> LabelRecords.blind(found.form(), works.finished(handle, project)));
  }

  /**
   * The same for each field of JSON labels by itself, in the order of paths such as {@code
   * lines.name}: all values that a label has there. Empty for other forms.
   */
  public Map<String, BlindLabels> blindByField(String project) {
    LabelProject found = project(project);
    if (!(found.form() instanceof Form.Structured)) return Map.of();
    return LabelRecords.blindByField(store.read(handle -> works.finished(handle, project)));
  }

  private ItemStatus restate(Handle handle, LabelProject project, ProjectStore.Row row) {
    if (row.decision().isPresent()) return row.status();
    List<Work> finished =
        works.of(handle, project.name(), row.id()).stream().filter(Work::finished).toList();
    ItemStatus status = LabelRecords.status(project, finished);
    projects.status(handle, project.name(), row.id(), status);
    return status;
  }

  private void record(Handle handle, String project, String item, String person, Kind kind) {
    record(handle, project, item, person, kind, Optional.empty());
  }

  private void record(
      Handle handle,
      String project,
      String item,
      String person,
      Kind kind,
      Optional<String> reason) {
    history.add(
        handle,
        project,
        new LabelEvent(
            0, item, person, kind, Optional.empty(), reason, clock.instant(), Optional.empty()));
  }

  /** Work on a project that nobody else changes meanwhile. */
  private interface Change<T> {
    T make(Handle handle, LabelProject project);
  }

  private <T> T write(String project, Change<T> change) {
    return store.writeDurably(handle ->
        change.make(handle, projects.lock(handle, project).orElseThrow(() -> noProject(project))));
  }

  private ProjectStore.Row row(Handle handle, String project, String item) {
    return projects
        .item(handle, project, item)
        .orElseThrow(() ->
            new KedgeException(
                new Failure.NotFound(
                    "no item '" + item + "' in the labelling project '" + project + "'",
                    "item_not_found")));
  }

  private static KedgeException noProject(String name) {
    return new KedgeException(
        new Failure.NotFound("no labelling project '" + name + "'", "project_not_found"));
  }

  private static void checked(Form form, JsonNode label) {
    form.problem(label)
        .ifPresent(problem -> {
          throw new KedgeException(
              new Failure.Invalid("the label does not fit: " + problem, "label_invalid", "label"));
        });
  }

  private static void named(String person) {
    if (person.isBlank() || person.length() > LONGEST_NAME) {
      throw KedgeException.invalid("who labels has a name of 1 to 200 characters");
    }
  }

  private static void reasoned(String text) {
    if (text.isBlank() || text.length() > LONGEST_REASON) {
      throw KedgeException.invalid("expected a text of 1 to 10,000 characters");
    }
  }
}
