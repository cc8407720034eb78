package dev.kedge.console;

import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** The pieces that pages are made of. */
final class Widgets {
  private Widgets() {}

  /** The hidden field without which no form is taken. */
  static Html token(Visitor visitor) {
    return hidden("token", visitor.token());
  }

  /** A field that only forms see. */
  static Html hidden(String name, String value) {
    return Tag.of("input").with("type", "hidden").with("name", name).with("value", value).alone();
  }

  /** A form that changes something; the token is in it. */
  static Tag form(String action) {
    return Tag.of("form").with("method", "post").with("action", action);
  }

  /** The heading of a page with a line below it. */
  static Html heading(String title, String line) {
    return Tag.of("div.heading")
        .around(
            Html.element("h1", title), line.isEmpty() ? Html.EMPTY : Html.element("p.lead", line));
  }

  /** A link. */
  static Html link(String address, String text) {
    return Tag.of("a").with("href", address).around(text);
  }

  /** A link with the name that only machines need below it. */
  static Html named(String address, String text, String id) {
    return Html.all(link(address, text), Html.element("span.id", id));
  }

  /** A short word on a coloured ground: good, bad, mid or plain. */
  static Html badge(String kind, String text) {
    return Html.element("span.badge." + kind, text);
  }

  /** A figure with its name and what it means. */
  static Html tile(String name, String figure, String note) {
    return Tag.of("div.tile")
        .around(
            Html.element("span.label", name),
            Html.element("b", figure),
            Html.element("span.note", note));
  }

  /** The same, leading to where there is more. */
  static Html tile(String address, String name, String figure, String note) {
    return Tag.of("a.tile")
        .with("href", address)
        .around(
            Html.element("span.label", name),
            Html.element("b", figure),
            Html.element("span.note", note));
  }

  /** Figures beside each other. */
  static Html tiles(Html... tiles) {
    return Html.element("div.tiles", tiles);
  }

  /** What one reads where there is nothing yet, with what to do about it. */
  static Html empty(String what, String command) {
    return Tag.of("div.empty")
        .around(
            Html.element("p", what),
            command.isEmpty() ? Html.EMPTY : Html.element("pre", Html.element("code", command)));
  }

  /** What was just done, read aloud. */
  static Html notice(String text) {
    return text.isEmpty() ? Html.EMPTY : Tag.of("p.notice").flag("data-say").around(text);
  }

  /** What went wrong with a form, read aloud at once. */
  static Html problem(String text) {
    return text.isEmpty()
        ? Html.EMPTY
        : Tag.of("p.problem").with("role", "alert").with("id", "problem").around(text);
  }

  /** A choice with its label, for filters. */
  static Html select(String name, String label, Map<String, String> values, String chosen) {
    List<Html> options = new ArrayList<>();
    values.forEach((value, text) ->
        options.add(
            Tag.of("option")
                .with("value", value)
                .flag("selected", value.equals(chosen))
                .around(text)));
    return Html.element(
        "div",
        Tag.of("label").with("for", name).around(label),
        Tag.of("select").with("id", name).with("name", name).around(Html.all(options)));
  }

  /**
   * The way through pages, with the keys n and p.
   *
   * @param address of a page by its number, from 1
   */
  static Html pages(long page, long pages, LongFunction<String> address) {
    if (pages <= 1) return Html.EMPTY;
    List<Html> links = new ArrayList<>();
    if (page > 1) links.add(turn(address.apply(page - 1), "Previous", "p", "prev"));
    links.add(Html.element("span.soft", "page " + page + " of " + pages));
    if (page < pages) links.add(turn(address.apply(page + 1), "Next", "n", "next"));
    return Tag.of("nav.pages").with("aria-label", "Pages").around(Html.all(links));
  }

  private static Html turn(String address, String text, String key, String rel) {
    return Tag.of("a")
        .with("rel", rel)
        .with("data-key", key)
        .with("href", address)
        .around(Html.text(text + " "), Html.element("kbd", key));
  }

  /** A table under construction. */
  static final class Table {
    private final String caption;
    private final List<Html> head = new ArrayList<>();
    private final List<Html> rows = new ArrayList<>();
    private final List<Boolean> numbers = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** A table whose caption only screen readers tell; headings stand above tables. */
    Table(String caption) {
      this.caption = caption;
    }

    /** A column of text. */
    Table column(String name) {
      head.add(heading("th", name));
      names.add(name);
      numbers.add(false);
      return this;
    }

    /** A column of numbers. */
    Table number(String name) {
      head.add(heading("th.number", name));
      names.add(name);
      numbers.add(true);
      return this;
    }

    private static Html heading(String element, String name) {
      return Tag.of(element).with("scope", "col").with("role", "columnheader").around(name);
    }

    /** A row of pieces. */
    Table row(Html... cells) {
      List<Html> row = new ArrayList<>();
      for (int i = 0; i < cells.length; i++) {
        row.add(
            Tag.of(numbers.get(i) ? "td.number" : "td")
                .with("role", "cell")
                .with("data-label", names.get(i))
                .around(cells[i]));
      }
      rows.add(Tag.of("tr").with("role", "row").around(Html.all(row)));
      return this;
    }

    /** A row of texts. */
    Table row(String... cells) {
      Html[] pieces = new Html[cells.length];
      for (int i = 0; i < cells.length; i++) pieces[i] = Html.text(cells[i]);
      return row(pieces);
    }

    boolean isEmpty() {
      return rows.isEmpty();
    }

    /**
     * The table. It scrolls by itself where it is wider than the page; on narrow screens each row
     * is a card, which takes the roles away from the elements, so that they are said.
     */
    Html html() {
      return Tag.of("div.scroll")
          .with("role", "region")
          .with("aria-label", caption)
          .with("tabindex", 0)
          .around(
              Tag.of("table")
                  .with("role", "table")
                  .around(
                      Html.element("caption.unseen", caption),
                      Tag.of("thead")
                          .with("role", "rowgroup")
                          .around(Tag.of("tr").with("role", "row").around(Html.all(head))),
                      Tag.of("tbody").with("role", "rowgroup").around(Html.all(rows))));
    }
  }
}
