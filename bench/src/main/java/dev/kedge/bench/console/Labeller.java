package dev.kedge.bench.console;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Fills in the fields of an order-desk answer, by keyboard alone. For one thread. */
final class Labeller {
  private static final int SHIFT = 8;
  private static final int CONTROL = 2;
  private static final int MOST_STEPS = 60;
  private static final String KIND = "kind:v";

  private final Tab tab;
  private final Keystrokes keystrokes;

  Labeller(Tab tab, Keystrokes keystrokes) {
    this.tab = tab;
    this.keystrokes = keystrokes;
  }

  /** Whether there is an item to label. */
  boolean hasItem() {
    return tab.evaluate("document.querySelector('form[data-main] [name=\"kind:v\"]') !== null")
        .asBoolean();
  }

  /** The inquiry. */
  String input() {
    return tab.evaluate("document.querySelector('.given').innerText").asString();
  }

  /** Reads, fills in, saves, and waits for the next page. */
  void label(JsonNode answer) {
    keystrokes.read(input());
    Map<String, String> fields = new LinkedHashMap<>();
    if (answer.has("refusal")) fields.put(KIND, "refusal");
    int row = 0;
    for (JsonNode query : answer.path("queries").values()) {
      flatten("v/queries/" + row++, query, fields);
    }
    fields.forEach((name, value) -> {
      go(name);
      fill(value);
      keystrokes.decided();
    });
    keystrokes.decided();
    keystrokes.pressed(2);
    leading(() -> tab.chord("Enter", CONTROL));
    if (!tab.text().contains("Saved item")) {
      throw new IllegalStateException("not saved: " + answer + "\n" + tab.text());
    }
  }

  private static void flatten(String path, JsonNode node, Map<String, String> fields) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> flatten(path + "/" + entry.getKey(), entry.getValue(), fields));
    } else {
      fields.put(path, node.isString() ? node.stringValue() : node.toString());
    }
  }

  private void leading(Runnable action) {
    long start = System.nanoTime();
    tab.leading(action);
    keystrokes.waited((System.nanoTime() - start) / 1e9);
  }

  private boolean isAt(String name) {
    return tab.evaluate("document.activeElement.name").asString("").equals(name);
  }

  /** Tab by tab to a field; a further look-up begins with the button that adds one. */
  private void go(String name) {
    boolean there =
        tab.evaluate("document.getElementById('" + name + "') !== null").asBoolean(false);
    for (int i = 0; i < MOST_STEPS && !isAt(name); i++) {
      String value = tab.evaluate("document.activeElement.value").asString("");
      if (!there && isAt("add") && value.equals("v/queries")) {
        keystrokes.pressed(1);
        leading(() -> tab.press("Enter"));
        there = true;
      } else if (name.equals(KIND)) {
        keystrokes.pressed(2);
        tab.chord("Tab", SHIFT);
      } else {
        onwards();
      }
    }
    if (!isAt(name)) throw new IllegalStateException("no way to " + name);
  }

  /** Leaving a choice on which other fields hang brings a page with these. */
  private void onwards() {
    keystrokes.pressed(1);
    boolean reshapes =
        tab.evaluate(
                """
                (() => {
                  const e = document.activeElement;
                  return e.hasAttribute('data-reshape') && 'was' in e.dataset && e.dataset.was !== e.value;
                })()\
                """)
            .asBoolean(false);
    if (reshapes) leading(() -> tab.press("Tab"));
    else tab.press("Tab");
  }

  /** Lists are chosen from by the first letters, as far as these are needed. */
  private void fill(String value) {
    boolean list = tab.evaluate("document.activeElement.tagName === 'SELECT'").asBoolean();
    if (!list) {
      keystrokes.pressed(value.length());
      tab.type(value);
      return;
    }
    tab.evaluate("document.activeElement.dataset.was = document.activeElement.value");
    String chosen = "document.activeElement.selectedOptions[0].text";
    for (int i = 0; i < value.length(); i++) {
      if (tab.evaluate(chosen).asString().equals(value)) return;
      keystrokes.pressed(1);
      tab.press(value.substring(i, i + 1));
    }
    if (!tab.evaluate(chosen).asString().equals(value)) {
      throw new IllegalStateException("no way to choose " + value);
    }
  }
}
