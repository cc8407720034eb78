package dev.kedge.console;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import dev.kedge.label.Form;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.node.StringNode;

/** The controls by which one label is given, and the label that they give. */
final class LabelInput {
  static final String LABEL = "label";
  private static final String AS_TEXT = "as-text";
  private static final int MOST_BUTTONS = 20;
  private static final Pattern PLACE = Pattern.compile("does not fit: ((?:/[^:/]*)*):");
  private static final Pattern MISSING = Pattern.compile("required property '([^']+)'");
  private static final ObjectWriter PRETTY = JsonText.STRICT.writerWithDefaultPrettyPrinter();

  private final Form form;

  LabelInput(Form form) {
    this.form = form;
  }

  /** A label as people read it. */
  static String text(JsonNode label) {
    return label.isString() ? label.stringValue() : PRETTY.writeValueAsString(label);
  }

  /** The key that saves from wherever one is in these controls. */
  String key() {
    return form instanceof Form.Choice ? "Enter" : "Ctrl Enter";
  }

  /** The field that a complaint of the schema is about, or empty. */
  static String complained(String problem) {
    Matcher place = PLACE.matcher(problem);
    if (!place.find()) return "";
    Matcher missing = MISSING.matcher(problem);
    String pointer = place.group(1);
    return JsonForm.ROOT + pointer + (missing.find() ? "/" + missing.group(1) : "");
  }

  /** A complaint of the schema with the place as the form names it: queries 1 › show. */
  static String spoken(String problem) {
    Matcher place = PLACE.matcher(problem);
    if (!place.find()) return problem;
    List<String> steps = new ArrayList<>();
    for (String step : place.group(1).split("/", -1)) {
      boolean row = step.matches("[0-9]{1,6}") && !steps.isEmpty();
      if (row) steps.add(steps.removeLast() + " " + (Integer.parseInt(step) + 1));
      else if (!step.isEmpty()) steps.add(step);
    }
    String named = String.join(" › ", steps);
    return "this does not fit: "
        + (named.isEmpty() ? "" : named + ": ")
        + problem.substring(place.end()).strip();
  }

  /** What the controls show for a label, or for none. */
  Map<String, String> fields(Optional<JsonNode> label) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (form instanceof Form.Structured structured) {
      Optional<JsonForm> fieldwise = fieldwise(structured);
      boolean holds = fieldwise.isPresent() && label.map(fieldwise.get()::holds).orElse(true);
      if (holds && label.isPresent()) fields.putAll(fieldwise.get().fields(label.get()));
      if (!holds) {
        fields.put(AS_TEXT, "on");
        fields.put(LABEL, label.map(LabelInput::text).orElse(""));
      }
    } else {
      label.ifPresent(value -> fields.put(LABEL, text(value)));
    }
    return fields;
  }

  private static Optional<JsonForm> fieldwise(Form.Structured structured) {
    Optional<JsonNode> schema = JsonText.parse(structured.schema()).filter(JsonNode::isObject);
    return schema.map(JsonForm::new);
  }

  /**
   * The controls.
   *
   * @param fields what they show
   * @param focus where to begin; empty for the first
   * @param wrong whether what stands there is what is wrong
   */
  Html html(Map<String, String> fields, String focus, boolean wrong) {
    String now = fields.getOrDefault(LABEL, "");
    return switch (form) {
      case Form.Choice choice when choice.classes().size() > MOST_BUTTONS -> listed(choice, now);
      case Form.Choice choice -> buttons(choice, now);
      case Form.Structured structured -> structured(structured, fields, focus, wrong);
      case Form.Text _ -> area("Answer", now, 6, "");
      case Form.Sql _ -> area("Query", now, 6, "mono");
    };
  }

  private static Html buttons(Form.Choice choice, String now) {
    List<Html> options = new ArrayList<>();
    for (int i = 0; i < choice.classes().size(); i++) {
      String name = choice.classes().get(i);
      Tag radio =
          Tag.of("input")
              .with("type", "radio")
              .with("name", LABEL)
              .with("value", name)
              .flag("required")
              .flag("autofocus", now.isEmpty() ? i == 0 : name.equals(now))
              .flag("checked", name.equals(now));
      if (i < 9) radio = radio.with("data-key", i + 1);
      options.add(
          Tag.of("label.choice")
              .around(
                  radio.alone(),
                  Html.element("span", name),
                  i < 9 ? Html.element("kbd", Integer.toString(i + 1)) : Html.EMPTY));
    }
    return Html.element(
        "fieldset",
        Html.element("legend", "Class"),
        Html.element("div.choices", Html.all(options)));
  }

  private static Html listed(Form.Choice choice, String now) {
    List<Html> options = new ArrayList<>();
    for (String name : choice.classes()) options.add(Tag.of("option").with("value", name).alone());
    return Html.all(
        Tag.of("label").with("for", LABEL).around("Class"),
        Tag.of("input")
            .with("id", LABEL)
            .with("name", LABEL)
            .with("list", "classes")
            .with("value", now)
            .with("autocomplete", "off")
            .flag("required")
            .flag("autofocus")
            .alone(),
        Tag.of("p.hint").around("Type a part of it; " + choice.classes().size() + " are known."),
        Tag.of("datalist").with("id", "classes").around(Html.all(options)));
  }

  private static Html area(String name, String now, int rows, String style) {
    return Html.all(
        Tag.of("label").with("for", LABEL).around(name),
        Tag.of(style.isEmpty() ? "textarea" : "textarea." + style)
            .with("id", LABEL)
            .with("name", LABEL)
            .with("rows", rows)
            .flag("required")
            .flag("autofocus")
            .around(now));
  }

  private static Html structured(
      Form.Structured structured, Map<String, String> fields, String focus, boolean wrong) {
    Optional<JsonForm> fieldwise = fieldwise(structured);
    boolean asText = fields.containsKey(AS_TEXT) || fieldwise.isEmpty();
    if (asText) {
      String now = fields.getOrDefault(LABEL, "");
      return Html.all(
          Widgets.hidden(AS_TEXT, "on"),
          area("JSON", now, Math.clamp(now.lines().count() + 2, 8, 30), "mono"),
          fieldwise.isEmpty() ? Html.EMPTY : reshape("fields", "Fill in fields instead"));
    }
    String begin = focus.isEmpty() ? JsonForm.ROOT : focus;
    try {
      return Html.all(
          Widgets.hidden("focus", ""),
          new JsonFormHtml(fieldwise.get(), fields, begin, wrong && !focus.isEmpty()).html(),
          Html.element(
              "p.actions",
              reshape("reshape", "Update the fields"),
              reshape("text", "Write JSON instead")));
    } catch (SchemaShapes.TooLarge e) {
      return Html.all(Widgets.hidden(AS_TEXT, "on"), area("JSON", "", 8, "mono"));
    }
  }

  private static Html reshape(String what, String text) {
    return Tag.of("button.small")
        .with("name", "change")
        .with("value", what)
        .flag("formnovalidate")
        .around(text);
  }

  /** Whether a form was sent only to change its own fields. */
  static boolean onlyChanges(Fields sent) {
    return sent.given("change").isPresent()
        || sent.given("add").isPresent()
        || sent.given("cut").isPresent();
  }

  /** The fields after such a change. */
  Map<String, String> changed(Fields sent) {
    Map<String, String> fields = flat(sent);
    sent.given("add").ifPresent(path -> JsonForm.addRow(fields, path, 0));
    sent.given("cut").ifPresent(path -> JsonForm.cutRow(fields, path));
    return switch (sent.text("change")) {
      case "text" -> {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(AS_TEXT, "on");
        text.put(LABEL, read(sent).map(LabelInput::text).orElse(""));
        yield text;
      }
      case "fields" -> asFields(sent);
      default -> fields;
    };
  }

  private Map<String, String> asFields(Fields sent) {
    Optional<JsonNode> value = JsonText.parse(sent.text(LABEL));
    if (value.isEmpty() && !sent.text(LABEL).isBlank()) {
      throw KedgeException.invalid("This is not JSON yet, so that no fields can be made of it.");
    }
    Map<String, String> fields = fields(value);
    if (fields.containsKey(AS_TEXT)) {
      throw KedgeException.invalid("This value has parts for which the schema knows no field.");
    }
    return fields;
  }

  /** The first value of each name. */
  static Map<String, String> flat(Fields sent) {
    Map<String, String> flat = new LinkedHashMap<>();
    sent.values().forEach((name, values) -> flat.put(name, values.getFirst()));
    return flat;
  }

  /** Where to begin after a change. */
  static String focus(Fields sent) {
    Optional<String> add = sent.given("add");
    if (add.isPresent()) {
      int last = JsonForm.count(flat(sent), add.get(), 0);
      return JsonForm.step(add.get(), Integer.toString(last));
    }
    return sent.text("focus");
  }

  /**
   * The label that a form gives, if it gives one.
   *
   * @throws KedgeException Invalid if it is meant to be JSON and is none
   */
  Optional<JsonNode> read(Fields sent) {
    String text = sent.text(LABEL);
    return switch (form) {
      case Form.Structured structured -> {
        Optional<JsonForm> fieldwise = fieldwise(structured);
        if (sent.given(AS_TEXT).isEmpty() && fieldwise.isPresent()) {
          yield fieldwise.get().read(flat(sent));
        }
        if (text.isBlank()) yield Optional.empty();
        Optional<JsonNode> value = JsonText.parse(text);
        if (value.isEmpty()) throw KedgeException.invalid("The answer is not one JSON value.");
        yield value;
      }
      case Form.Choice _, Form.Text _, Form.Sql _ ->
          text.isBlank() ? Optional.empty() : Optional.of(StringNode.valueOf(text));
    };
  }
}
