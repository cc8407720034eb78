package dev.kedge.bench.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kedge.console.RunningConsole;
import dev.kedge.label.Form;
import dev.kedge.label.LabelEvent;
import dev.kedge.label.Labelling;
import dev.kedge.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser: keyboard alone, narrow and wide, light and dark. */
class ConsoleBrowserTest {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/console/tasks",
          "/console/datasets/order-desk@2",
          "/console/labelling",
          "/console/labelling/returns/label",
          "/console/labelling/order-lines/label",
          "/console/labelling/queries/label",
          "/console/labelling/disputed/decide/e1",
          "/console/labelling/disputed/agreement",
          "/console/runs",
          "/console/runs/20261122-100000-b",
          "/console/runs/20261122-100000-b/cases/4",
          "/console/compare?first=20261120-100000-a&second=20261122-100000-b",
          "/console/gates/gate-1",
          "/console/evidence");

  @TempDir private static Path folder;
  @TempDir private static Path profile;
  private static RunningConsole console;
  private static Browser browser;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Optional<Path> found = Browser.find();
    if (found.isEmpty())
      System.out.println("skipped: no Chromium here; -Dkedge.browser=PATH names one");
    assumeTrue(found.isPresent(), "no Chromium here; -Dkedge.browser=PATH names one");
    console = new RunningConsole(folder);
    console.projects();
    console.disputes();
    console.proof();
    console.calls(3);
    browser = Browser.start(found.get(), profile);
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) browser.close();
    if (console != null) console.close();
  }

  /** A page on which a name was given, by keyboard. */
  private static Tab named(String name, String next) {
    Tab tab = browser.tab();
    tab.look(320, 640, false);
    tab.open(console.address("/console/name?next=" + next));
    tab.type(name);
    tab.leading(() -> tab.press("Enter"));
    return tab;
  }

  @Test
  void fiveExamplesAreLabelledByKeyboardAloneOnANarrowScreen() {
    Tab tab = named("Kim", "/console/labelling/returns/label");
    assertThat(tab.text()).contains("Item 1");
    for (int i = 1; i <= 5; i++) {
      int key = 1 + i % 4;
      tab.press(Integer.toString(key));
      tab.await("document.querySelector('[name=label]:checked') !== null");
      tab.leading(() -> tab.press("Enter"));
      assertThat(tab.text()).contains("Saved item " + i + ".");
      tab.await("document.getElementById('live').textContent === 'Saved item " + i + ".'");
    }

    assertThat(tab.text()).contains("Item 6");
    assertThat(tab.complaints()).isEmpty();
    try (Store store = console.store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      assertThat(labelling.history("returns", Optional.empty()))
          .filteredOn(event -> event.person().equals("Kim"))
          .filteredOn(event -> event.kind() == LabelEvent.Kind.ANSWERED)
          .extracting(event -> event.value().orElseThrow().stringValue())
          .containsExactly("complaint", "order", "none of these", "return", "complaint");
    }
  }

  @Test
  void jsonIsLabelledByKeyboardFieldByField() {
    Tab tab = named("Jo", "/console/labelling/order-lines/label");
    // The first field has the focus: choose, go on to the button that adds a line, press it.
    tab.press("ArrowDown");
    tab.press("Tab");
    tab.press("Tab");
    assertThat(tab.evaluate("document.activeElement.innerText").asString())
        .isEqualTo("Add to lines");
    tab.leading(() -> tab.press("Enter"));
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("v/lines/0/name");
    tab.type("kettle");
    tab.leading(() -> tab.press("Enter"));

    assertThat(tab.text()).contains("Saved item 1.");
    try (Store store = console.store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      assertThat(labelling.view("order-lines", "e1", "Jo").own().orElseThrow().toString())
          .isEqualTo("{\"find\":\"orders\",\"lines\":[{\"name\":\"kettle\"}]}");
    }
  }

  @Test
  void noPageScrollsSidewaysOrHidesAControlFromScreenReaders() {
    Tab tab = named("Sam", "/");
    List<String> wrong = new ArrayList<>();
    for (String page : PAGES) {
      tab.open(console.address(page));
      for (int width : new int[] {320, 1024, 1600}) {
        for (boolean dark : new boolean[] {false, true}) {
          tab.look(width, 800, dark);
          String over = tab.overflow();
          if (!over.isEmpty()) wrong.add(page + " at " + width + ": " + over);
        }
      }
      List<String> nameless = tab.namelessControls();
      if (!nameless.isEmpty()) wrong.add(page + " has nameless controls: " + nameless);
      String order = tab.evaluate(LANDMARKS).asString("");
      if (!order.isEmpty()) wrong.add(page + ": " + order);
    }

    assertThat(wrong).isEmpty();
    assertThat(tab.complaints()).as("violations of the policy and errors").isEmpty();
  }

  private static final String LANDMARKS =
      """
      (() => {
        const wrong = [];
        for (const one of ['main', 'header', 'footer', 'nav']) {
          if (document.querySelectorAll('body > .shell > ' + one + ', header > ' + one).length !== 1) wrong.push(one);
        }
        if (document.querySelectorAll('h1').length !== 1) wrong.push('h1');
        const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
        if (new Set(ids).size !== ids.length) wrong.push('an id stands twice');
        if (document.querySelectorAll('[tabindex]').length &&
            [...document.querySelectorAll('[tabindex]')].some(e => e.tabIndex > 0)) wrong.push('tabindex');
        return wrong.join(', ');
      })()\
      """;

  @Test
  void textStandsOutFromItsGroundInLightAndDark() {
    Tab tab = named("Ira", "/");
    List<String> faint = new ArrayList<>();
    for (String page : List.of("/", "/console/gates/gate-1", "/console/labelling/returns/label")) {
      for (boolean dark : new boolean[] {false, true}) {
        tab.look(1024, 800, dark);
        tab.open(console.address(page));
        String found = tab.evaluate(CONTRAST).asString("");
        if (!found.isEmpty()) faint.add(page + (dark ? " dark: " : " light: ") + found);
      }
    }

    assertThat(faint).isEmpty();
  }

  /** Texts with a contrast below 4.5 to 1 (WCAG 2.2, 1.4.3). */
  private static final String CONTRAST =
      """
      (() => {
        const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
        const light = c => {
          const [r, g, b] = c.map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
          return .2126 * r + .7152 * g + .0722 * b;
        };
        const ground = e => {
          for (; e; e = e.parentElement) {
            const c = parse(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
          }
          return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 24, 31] : [255, 255, 255];
        };
        const faint = new Set();
        for (const e of document.querySelectorAll('body *')) {
          if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
          if (!e.getClientRects().length || e.closest('.unseen, .skip')) continue;
          const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e));
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < 4.5) faint.add(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
        }
        return [...faint].slice(0, 8).join('; ');
      })()\
      """;

  @Test
  void theHelpListsTheKeysOfThePageAndClosesByKeyboard() {
    Tab tab = named("Uma", "/console/labelling/replies/label");
    tab.press("Escape");
    tab.press("?");
    tab.await("document.querySelector('dialog[open]') !== null");
    assertThat(tab.evaluate("document.querySelector('dialog').innerText").asString())
        .contains("Save the answer", "Skip", "Comment", "g h", "Home");
    tab.press("Escape");
    tab.await("document.querySelector('dialog[open]') === null");
    tab.press("g");
    tab.leading(() -> tab.press("h"));
    assertThat(tab.text()).contains("Models");
  }

  @Test
  void theWayToTheContentIsTheFirstStop() {
    Tab tab = named("Eve", "/console/runs");
    tab.open(console.address("/console/runs"));
    tab.press("Tab");
    assertThat(tab.evaluate("document.activeElement.innerText").asString())
        .isEqualTo("Skip to content");
    tab.press("Enter");
    tab.await("document.activeElement.id === 'main'");
  }

  @Test
  void fieldsThatHangOnAChoiceAppearWhenItIsLeftByKeyboard() throws IOException {
    Path root = Path.of(System.getProperty("kedge.root", ".."));
    String schema = Files.readString(root.resolve("examples/order-desk/query.schema.json"));
    console.project("desk", new Form.Structured(schema));
    Tab tab = named("Lea", "/console/labelling/desk/label");
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("v/queries/0/find");
    assertThat(tab.text()).as("nothing is asked that hangs on the choice").doesNotContain("where");
    tab.press("ArrowDown");
    tab.leading(() -> tab.press("Tab"));

    tab.await("document.activeElement.id === 'v/queries/0/show'");
    assertThat(
            tab.evaluate("document.getElementById('v/queries/0/where/number') !== null")
                .asBoolean())
        .isTrue();
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void aWrongAnswerComesBackWithTheFieldThatIsWrong() throws IOException {
    Path root = Path.of(System.getProperty("kedge.root", ".."));
    String schema = Files.readString(root.resolve("examples/order-desk/query.schema.json"));
    console.project("wrong", new Form.Structured(schema));
    Tab tab = named("Pia", "/console/labelling/wrong/label");
    tab.leading(() -> tab.press("ArrowDown", "Tab"));
    tab.leading(() -> tab.chord("Enter", 2));

    assertThat(tab.text()).contains("This does not fit: queries 1: required property 'show'");
    assertThat(tab.evaluate("document.activeElement.id").asString()).isEqualTo("v/queries/0/show");
    assertThat(tab.evaluate("document.activeElement.ariaInvalid").asString()).isEqualTo("true");
    assertThat(tab.evaluate("document.getElementById('v/queries/0/find').value").asString())
        .isEqualTo("orders");
  }

  @Test
  void skippingAndCommentingNeedNoMouse() {
    Tab tab = named("Ole", "/console/labelling/replies/label");
    tab.press("Escape");
    tab.press("c");
    tab.await("document.activeElement.name === 'text'");
    tab.type("Is it meant so?");
    tab.leading(() -> tab.press("Enter"));
    assertThat(tab.text()).contains("The comment is written.");
    tab.press("Escape");
    tab.press("s");
    tab.await("document.activeElement.name === 'reason'");
    tab.type("cut off");
    tab.leading(() -> tab.press("Enter"));
    assertThat(tab.text()).contains("Saved item 1.");
    try (Store store = console.store()) {
      Labelling labelling = new Labelling(store, InstantSource.system());
      assertThat(labelling.view("replies", "e1", "Ole").skipped()).contains("cut off");
    }
  }

  @Test
  void aGuideThatWasOpenedStaysOpenOnTheNextItem() {
    console.project("guided", new Form.Choice(List.of("yes", "no")));
    Tab tab = named("Ria", "/console/labelling/guided/label");
    String open = "document.querySelector('details[data-keep]').open";
    assertThat(tab.evaluate(open).asBoolean()).isFalse();
    tab.press("h");
    tab.await(open);
    tab.press("1");
    tab.leading(() -> tab.press("Enter"));
    assertThat(tab.evaluate(open).asBoolean()).isTrue();
  }

  @Test
  void aReportKeepsItsLookUnderAPolicyThatAllowsNothingElse() {
    Tab tab = named("Rob", "/");
    tab.open(console.address("/console/gates/gate-1/report"));
    assertThat(tab.text()).contains("order-desk-new.gguf");
    assertThat(tab.evaluate("getComputedStyle(document.querySelector('main')).maxWidth").asString())
        .isEqualTo("980px");
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void hostileDataRunsNothing() {
    Tab tab = named("Max", "/");
    for (String page : PAGES) tab.open(console.address(page));
    assertThat(tab.evaluate("typeof boom").asString()).isEqualTo("undefined");
    assertThat(tab.complaints()).isEmpty();
  }
}
