package dev.kedge.console;

import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A {@link JsonForm} as markup, filled in. For one page. */
final class JsonFormHtml {
  private final JsonForm form;
  private final Map<String, String> filled;
  private final SchemaShapes shapes;
  private final boolean wrong;
  private String focus;

  /**
   * A form to show.
   *
   * @param focus the field in which to begin, or a place whose first field it is
   * @param wrong whether what stands there is what is wrong
   */
  JsonFormHtml(JsonForm form, Map<String, String> filled, String focus, boolean wrong) {
    this.form = form;
    this.filled = filled;
    this.shapes = form.shapes();
    this.focus = focus;
    this.wrong = wrong;
  }

  /** All fields. */
  Html html() {
    return place(form.schema(), JsonForm.ROOT, "", true, false, 0);
  }

  private Html place(
      JsonNode schema, String path, String name, boolean required, boolean steering, int depth) {
    return switch (shapes.shape(schema, path, filled, depth)) {
      case Shape.Members members -> members(members, path, name, depth);
      case Shape.Rows rows -> rows(rows, path, name, depth);
      case Shape.Variant variant -> {
        boolean none = !required && value(SchemaShapes.kindOf(path)).isEmpty();
        Html inner =
            none ? Html.EMPTY : place(variant.schema(), path, name, true, false, depth + 1);
        yield Html.all(variant(variant, path, name, required, none), inner);
      }
      case Shape.OneOf one -> choice(one.values(), path, name, required, steering);
      case Shape.Fixed fixed -> fixed(fixed, path, name, required);
      case Shape.Line _ -> line(path, name, required);
      case Shape.Numeric _ ->
          field(path, name, required, input(path).with("inputmode", "decimal").alone());
      case Shape.Truth _ -> truth(path, name, required);
      case Shape.Anything _ ->
          field(
              path,
              name.isEmpty() ? "JSON" : name + ", as JSON",
              required,
              area(path).with("rows", 3).around(value(path)));
    };
  }

  private Html members(Shape.Members shape, String path, String name, int depth) {
    List<Html> inner = new ArrayList<>();
    for (Shape.Member member : shape.members()) {
      boolean steering = shape.steering().contains(member.name());
      String at = JsonForm.step(path, member.name());
      inner.add(place(member.schema(), at, member.name(), member.required(), steering, depth + 1));
    }
    if (name.isEmpty()) return Html.all(inner);
    return Html.element("fieldset.group", Html.element("legend", name), Html.all(inner));
  }

  private Html rows(Shape.Rows shape, String path, String name, int depth) {
    int count = JsonForm.count(filled, path, shape.least());
    List<Html> rows = new ArrayList<>();
    rows.add(Widgets.hidden(JsonForm.rowsOf(path), Integer.toString(count)));
    String what = name.isEmpty() ? "entry" : name;
    for (int i = 0; i < count; i++) {
      String at = JsonForm.step(path, Integer.toString(i));
      Html inner = place(shape.items(), at, "", false, false, depth + 1);
      rows.add(
          Html.element(
              "fieldset.row",
              Html.element("legend", what + " " + (i + 1)),
              inner,
              change("cut", at, "Remove " + what + " " + (i + 1))));
    }
    rows.add(change("add", path, "Add to " + what));
    Html legend = name.isEmpty() ? Html.EMPTY : Html.element("legend", name);
    return Html.element("fieldset", legend, Html.all(rows));
  }

  private static Html change(String what, String path, String text) {
    return Tag.of("button.small")
        .with("name", what)
        .with("value", path)
        .flag("formnovalidate")
        .around(text);
  }

  private Html variant(
      Shape.Variant variant, String path, String name, boolean required, boolean none) {
    String kind = SchemaShapes.kindOf(path);
    List<Html> options = new ArrayList<>();
    if (!required) options.add(option("", "–", none));
    for (int i = 0; i < variant.names().size(); i++) {
      boolean chosen = !none && i == variant.chosen();
      options.add(option(Integer.toString(i), variant.names().get(i), chosen));
    }
    Tag select = control(Tag.of("select"), kind).flag("data-reshape");
    return field(
        kind,
        name.isEmpty() ? "Kind" : "Kind of " + name,
        required,
        select.around(Html.all(options)));
  }

  private Html choice(
      List<JsonNode> values, String path, String name, boolean required, boolean steering) {
    String now = value(path);
    List<Html> options = new ArrayList<>();
    options.add(option("", "–", now.isEmpty()));
    for (JsonNode one : values) {
      String text = JsonForm.text(one);
      options.add(option(text, text, text.equals(now)));
    }
    Tag select = control(Tag.of("select"), path).flag("data-reshape", steering);
    return field(path, name, required, select.around(Html.all(options)));
  }

  private Html truth(String path, String name, boolean required) {
    String now = value(path);
    return field(
        path,
        name,
        required,
        control(Tag.of("select"), path)
            .around(
                option("", "–", now.isEmpty()),
                option("true", "yes", now.equals("true")),
                option("false", "no", now.equals("false"))));
  }

  private static Html option(String value, String text, boolean selected) {
    return Tag.of("option").with("value", value).flag("selected", selected).around(text);
  }

  private Html fixed(Shape.Fixed fixed, String path, String name, boolean required) {
    String text = JsonForm.text(fixed.value());
    if (required) {
      return Html.element(
          "p.field",
          Html.element("span.name", name),
          Html.element("code", text),
          Widgets.hidden(path, "on"));
    }
    Tag box = control(Tag.of("input"), path).with("type", "checkbox").with("value", "on");
    return Tag.of("label.check")
        .around(
            box.flag("checked", !value(path).isEmpty()).alone(),
            Html.element("span", name + ": " + text));
  }

  private Html line(String path, String name, boolean required) {
    String now = value(path);
    boolean longer = now.length() > 80 || now.contains("\n");
    Html control =
        longer
            ? area(path).with("rows", Math.clamp(now.lines().count() + 1, 2, 12)).around(now)
            : input(path).alone();
    return field(path, name, required, control);
  }

  private Tag input(String path) {
    return control(Tag.of("input"), path)
        .with("type", "text")
        .with("autocomplete", "off")
        .with("value", value(path));
  }

  private Tag area(String path) {
    return control(Tag.of("textarea.mono"), path).with("spellcheck", "false");
  }

  private Tag control(Tag tag, String path) {
    boolean here = !focus.isEmpty() && (path.equals(focus) || path.startsWith(focus + "/"));
    if (here) focus = "";
    Tag named = tag.with("name", path).with("id", path).flag("autofocus", here);
    return here && wrong
        ? named.with("aria-invalid", "true").with("aria-describedby", "problem")
        : named;
  }

  private static Html field(String path, String name, boolean required, Html control) {
    String shown = name.isEmpty() ? "Value" : name;
    Html mark =
        required ? Html.all(Html.text(" "), Html.element("span.soft", "needed")) : Html.EMPTY;
    return Tag.of("div.field")
        .around(Tag.of("label").with("for", path).around(Html.text(shown), mark), control);
  }

  private String value(String path) {
    return filled.getOrDefault(path, "");
  }
}
