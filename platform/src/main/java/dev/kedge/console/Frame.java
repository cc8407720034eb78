package dev.kedge.console;

import dev.kedge.config.Role;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands around every page: head, way to the content, navigation, keyboard help. */
final class Frame {
  private final Assets assets;
  private final List<Place> places = new ArrayList<>();

  /** An entry of the navigation, under a heading, for visitors with one of the roles. */
  private record Place(String group, String title, String path, String key, Role[] roles) {}

  /* Pages that have no entry of their own belong to another one's. */
  private static final Map<String, String> WITHOUT_PLACE =
      Map.of("/console/compare", "/console/runs", "/console/drift", "/console/runs");

  Frame(Assets assets) {
    this.assets = assets;
  }

  /**
   * Adds an entry to the navigation.
   *
   * @param key the second of two keys that lead there, behind g
   */
  void place(String group, String title, String path, String key, Role... roles) {
    places.add(new Place(group, title, path, key, roles));
  }

  /** A page for a visitor who is let in. */
  Reply page(Ask ask, Page page) {
    Html body =
        Html.all(
            Tag.of("a.skip").with("href", "#main").around("Skip to content"),
            Tag.of("p.unseen").with("id", "live").with("role", "status").around(),
            Tag.of("div.shell")
                .around(
                    Tag.of("header.side").around(brand(), navigation(ask), who(ask.visitor())),
                    Tag.of("main").with("id", "main").with("tabindex", -1).around(page.body()),
                    Tag.of("footer").around(help())));
    return Reply.page(page.status(), document(page, body));
  }

  /** A page for somebody at the door. */
  Reply bare(Page page) {
    Html body = Tag.of("main.door").with("id", "main").around(brand(), page.body());
    return Reply.page(page.status(), document(page, body));
  }

  private String document(Page page, Html body) {
    Assets.Asset style = assets.get("kedge.css");
    Assets.Asset script = assets.get("kedge.js");
    Html head =
        Html.all(
            Tag.of("meta").with("charset", "utf-8").alone(),
            Tag.of("meta")
                .with("name", "viewport")
                .with("content", "width=device-width, initial-scale=1")
                .alone(),
            Tag.of("meta").with("name", "color-scheme").with("content", "light dark").alone(),
            Html.element("title", page.title() + " · Kedge"),
            Tag.of("link")
                .with("rel", "icon")
                .with("href", assets.get("kedge.svg").address())
                .alone(),
            Tag.of("link")
                .with("rel", "stylesheet")
                .with("href", style.address())
                .with("integrity", style.integrity())
                .alone(),
            Tag.of("script")
                .with("src", script.address())
                .with("integrity", script.integrity())
                .flag("defer")
                .around());
    Html root =
        Tag.of("html")
            .with("lang", "en")
            .around(Html.element("head", head), Html.element("body", body));
    return "<!doctype html>\n" + root.markup() + "\n";
  }

  private Html brand() {
    return Tag.of("a.brand")
        .with("href", "/")
        .around(
            Tag.of("img")
                .with("src", assets.get("kedge.svg").address())
                .with("alt", "")
                .with("width", 28)
                .with("height", 28)
                .alone(),
            Html.element("span", "Kedge"));
  }

  private Html navigation(Ask ask) {
    List<Html> items = new ArrayList<>();
    String group = "";
    String visited = ask.visit().path();
    String path = WITHOUT_PLACE.getOrDefault(visited, visited);
    for (Place place : places) {
      if (place.roles.length > 0 && !ask.visitor().has(place.roles)) continue;
      if (!place.group.equals(group)) {
        group = place.group;
        items.add(Tag.of("li.group").around(group));
      }
      boolean here =
          place.path.equals("/")
              ? path.equals("/")
              : path.equals(place.path) || path.startsWith(place.path + "/");
      Tag link = Tag.of("a").with("href", place.path).with("data-go", place.key);
      if (here) link = link.with("aria-current", visited.equals(place.path) ? "page" : "true");
      items.add(Html.element("li", link.around(place.title)));
    }
    return Tag.of("nav").with("aria-label", "Console").around(Html.element("ul", Html.all(items)));
  }

  private static Html who(Visitor visitor) {
    if (!visitor.isNamed()) return Html.EMPTY;
    Html out =
        Tag.of("form")
            .with("method", "post")
            .with("action", "/console/sign-out")
            .around(
                Widgets.token(visitor),
                visitor.checked()
                    ? Tag.of("button.quiet").around("Sign out")
                    : Tag.of("button.quiet").with("aria-label", "Change name").around("Change"));
    return Tag.of("div.who")
        .around(Tag.of("span.name").with("title", visitor.id()).around(visitor.name()), out);
  }

  private Html help() {
    List<Html> rows = new ArrayList<>();
    for (Place place : places) rows.add(shortcut("g " + place.key, place.title));
    return Html.all(
        Tag.of("button.quiet")
            .with("type", "button")
            .with("data-open", "keys")
            .with("data-key", "?")
            .with("hidden", "")
            .around(Html.text("Keyboard shortcuts "), Html.element("kbd", "?")),
        Tag.of("dialog")
            .with("id", "keys")
            .with("aria-labelledby", "keys-title")
            .around(
                Tag.of("h2").with("id", "keys-title").around("Keyboard shortcuts"),
                Tag.of("table.keys")
                    .around(
                        Tag.of("tbody").with("id", "keys-here").around(),
                        Html.element("tbody", Html.all(rows))),
                Tag.of("label.check")
                    .around(
                        Tag.of("input")
                            .with("type", "checkbox")
                            .with("id", "keys-on")
                            .flag("checked")
                            .alone(),
                        Html.text("Shortcuts of single keys are on")),
                Tag.of("form")
                    .with("method", "dialog")
                    .around(Tag.of("button").flag("autofocus").around("Close"))));
  }

  private static Html shortcut(String keys, String what) {
    return Html.element(
        "tr", Html.element("td", Html.element("kbd", keys)), Html.element("td", what));
  }
}
