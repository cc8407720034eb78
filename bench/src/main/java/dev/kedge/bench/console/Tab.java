package dev.kedge.bench.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A page in a {@link Browser}. */
final class Tab {
  private static final Map<String, Integer> CODES =
      Map.of("Enter", 13, "Escape", 27, "Tab", 9, " ", 32, "ArrowDown", 40, "ArrowUp", 38);

  /* The browser gives the focus to what asks for it a frame after the page is complete. */
  private static final String THERE =
      """
      document.readyState === 'complete' && document.documentElement.dataset.old !== 'yes'
        && (location.hash !== '' || document.activeElement !== document.body
            || ![...document.querySelectorAll('[autofocus]')].some(e => e.checkVisibility()))
      """;

  private final Browser browser;
  private final String session;

  Tab(Browser browser, String session) {
    this.browser = browser;
    this.session = session;
    call("Page.enable", Map.of());
    call("Runtime.enable", Map.of());
    call("Log.enable", Map.of());
    call("Accessibility.enable", Map.of());
    // A page in the background gets no frames, hence no focus; this one counts as in front.
    call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return browser.call(session, method, parameters);
  }

  /** Sets the width in CSS pixels and the colours that the user prefers. */
  void look(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    Map<String, String> feature =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** Goes to a page and waits until it is there. */
  void open(String address) {
    evaluate("document.documentElement.dataset.old = 'yes'");
    call("Page.navigate", Map.of("url", address));
    awaitPage();
  }

  /** Waits until the page that replaces the current one can be typed into. */
  void awaitPage() {
    await(THERE);
  }

  /** Does something that leads to another page, and waits for it. */
  void leading(Runnable action) {
    evaluate("document.documentElement.dataset.old = 'yes'");
    action.run();
    awaitPage();
  }

  /** Waits until an expression is true. */
  void await(String expression) {
    long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (System.nanoTime() < until) {
      try {
        if (evaluate(expression).asBoolean(false)) return;
        Thread.sleep(15);
      } catch (IllegalStateException e) {
        // Between two pages there is nothing to ask.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError("did not come true: " + expression + "\n" + text());
  }

  /** The value of an expression of the page's script. */
  JsonNode evaluate(String expression) {
    JsonNode result =
        call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.get("exceptionDetails").toString());
    }
    return result.get("result").path("value");
  }

  /** All text of the page as people see it. */
  String text() {
    return evaluate("document.body ? document.body.innerText : ''").asString("");
  }

  /** Presses keys one after the other. */
  void press(String first, String... more) {
    press(first);
    for (String key : more) press(key);
  }

  /** Presses one key, named as in DOM events; letters type themselves. */
  void press(String key) {
    Map<String, Object> down = new HashMap<>();
    down.put("type", "keyDown");
    down.put("key", key);
    int code = CODES.getOrDefault(key, (int) key.toUpperCase(java.util.Locale.ROOT).charAt(0));
    down.put("windowsVirtualKeyCode", code);
    if (key.length() == 1) down.put("text", key);
    if (key.equals("Enter")) down.put("text", "\r");
    call("Input.dispatchKeyEvent", down);
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
  }

  /**
   * Presses a key while others are held.
   *
   * @param held 1 for Alt, 2 for Control, 4 for Meta, 8 for Shift, added up
   */
  void chord(String key, int held) {
    int code = CODES.getOrDefault(key, (int) key.toUpperCase(java.util.Locale.ROOT).charAt(0));
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "windowsVirtualKeyCode", code, "modifiers", held));
    }
  }

  /** Types text where the focus is. */
  void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /** What the page logged: errors, and violations of the policy. */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (JsonNode event : browser.events) {
      if (!event.path("sessionId").asString("").equals(session)) continue;
      JsonNode parameters = event.path("params");
      switch (event.path("method").asString("")) {
        case "Log.entryAdded" -> complaints.add(parameters.path("entry").path("text").asString(""));
        case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
        case "Runtime.consoleAPICalled" -> complaints.add(parameters.path("args").toString());
        default -> {}
      }
    }
    return complaints;
  }

  /** Roles and names of what people can press, fill in or follow, as a screen reader gets them. */
  List<String> namelessControls() {
    List<String> controls =
        List.of(
            "button",
            "link",
            "textbox",
            "radio",
            "checkbox",
            "combobox",
            "searchbox",
            "spinbutton",
            "listbox",
            "progressbar",
            "image",
            "img",
            "table",
            "region",
            "dialog",
            "navigation");
    List<String> nameless = new ArrayList<>();
    for (JsonNode node : call("Accessibility.getFullAXTree", Map.of()).get("nodes").values()) {
      String role = node.path("role").path("value").asString("");
      if (node.path("ignored").asBoolean(false) || !controls.contains(role)) continue;
      if (node.path("name").path("value").asString("").isBlank()) {
        nameless.add(role + " " + node.path("properties"));
      }
    }
    return nameless;
  }

  /** How many CSS pixels the page is wider than its window, and what sticks out. */
  String overflow() {
    return evaluate(
            """
            (() => {
              const width = document.documentElement.clientWidth;
              const over = document.documentElement.scrollWidth - width;
              if (over <= 0) return '';
              const out = [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > width + 0.5 && !e.closest('.scroll'))
                .map(e => e.tagName + '.' + e.className).slice(0, 5);
              return over + ' px: ' + out.join(', ');
            })()\
            """)
        .asString("");
  }

  /** The whole page as PNG. */
  byte[] picture() {
    JsonNode size = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
    Map<String, Object> clip =
        Map.of(
            "x",
            0,
            "y",
            0,
            "width",
            size.get("width").asDouble(),
            "height",
            Math.min(4_000, size.get("height").asDouble()),
            "scale",
            1);
    JsonNode shot =
        call(
            "Page.captureScreenshot",
            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip));
    return Base64.getDecoder().decode(shot.get("data").asString());
  }
}
