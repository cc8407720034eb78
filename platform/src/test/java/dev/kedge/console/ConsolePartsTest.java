package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.report.Difference;
import dev.kedge.report.Html;
import dev.kedge.report.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Markup, forms, sessions and differences by themselves. */
class ConsolePartsTest {
  private Instant now = Instant.parse("2026-11-23T08:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:boom()",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        ""
      })
  void noElementLeadsElsewhere(String address) {
    assertThatThrownBy(() -> Tag.of("a").with("href", address))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tag.of("form").with("action", address))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noElementCarriesScriptOrStyle() {
    assertThatThrownBy(() -> Tag.of("p").with("onclick", "boom()"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tag.of("p").with("style", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tag.of("p").with("a b", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Tag.of("style")).isInstanceOf(IllegalArgumentException.class);
    assertThat(Tag.of("p").with("title", "\"><script>").around("<b>").markup())
        .isEqualTo("<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</p>");
  }

  @Test
  void aTextAreaGivesBackWhatItShowsEvenIfThatBeginsWithALineBreak() {
    assertThat(Tag.of("textarea").around("\nx").markup()).isEqualTo("<textarea>\n\nx</textarea>");
    assertThat(Html.text("a\u202eb").markup()).isEqualTo("a\uFFFDb");
  }

  @Test
  void formsAreReadAsBrowsersSendThem() {
    Fields form = Fields.parse("a=1&b=x%20y+z&a=2&empty=&%C3%A4=%F0%9F%98%80&lines=1%0D%0A2");

    assertThat(form.all("a")).containsExactly("1", "2");
    assertThat(form.text("b")).isEqualTo("x y z");
    assertThat(form.given("empty")).isEmpty();
    assertThat(form.text("ä")).isEqualTo("😀");
    assertThat(form.text("lines")).isEqualTo("1\n2");
    assertThatThrownBy(() -> Fields.parse("a=%zz")).isInstanceOf(KedgeException.class);
    assertThatThrownBy(() -> Fields.parse("a&".repeat(3_000))).isInstanceOf(KedgeException.class);
  }

  @Test
  void pathsSurviveWhateverNamesTheyCarry() {
    Routes routes = new Routes();
    routes.get("/console/runs/*/cases/*", _ -> Reply.seeOther("/"));
    for (String name : List.of("a b", "ä/ö", "..", ".", "a+b%20", "?x#y", "😀")) {
      List<Routes.Found> found = routes.find(Fields.path("runs", name, "cases", "1"));
      assertThat(found).as(name).hasSize(1);
      assertThat(found.getFirst().steps()).containsExactly(name, "1");
    }
    assertThat(routes.find("/console/runs/a/b/cases/1")).isEmpty();
    assertThat(routes.find("/".repeat(5_000) + "x/".repeat(5_000))).isEmpty();
  }

  private Sessions sessions() {
    return new Sessions(Duration.ofHours(12), Duration.ofHours(2), () -> now, new Random(3));
  }

  @Test
  void aSessionEndsWhenItIsIdleOrOld() {
    Sessions sessions = sessions();
    String cookie = sessions.open("key", "");
    for (int hour = 0; hour < 11; hour++) {
      now = now.plus(Duration.ofMinutes(65));
      assertThat(sessions.find(cookie)).as("hour " + hour).isPresent();
    }
    now = now.plus(Duration.ofMinutes(65));
    assertThat(sessions.find(cookie)).as("old").isEmpty();
    String other = sessions.open("key", "");
    now = now.plus(Duration.ofHours(2));
    assertThat(sessions.find(other)).as("idle").isEmpty();
    assertThat(sessions.size()).isZero();
  }

  @Test
  void sessionsAreBoundedAndTheLeastUsedLeaves() {
    Sessions sessions = sessions();
    String first = sessions.open("first", "");
    String second = sessions.open("second", "");
    for (int i = 0; i < 1_998; i++) sessions.open("k" + i, "");
    assertThat(sessions.find(first)).isPresent();
    sessions.open("one more", "");

    assertThat(sessions.size()).isEqualTo(2_000);
    assertThat(sessions.find(first)).isPresent();
    assertThat(sessions.find(second)).isEmpty();
  }

  @Test
  void aTokenFitsItsOwnBrowserOnly() {
    Sessions sessions = sessions();
    String one = sessions.newCookie();
    String other = sessions.newCookie();

    assertThat(sessions.fits(sessions.token(one), one)).isTrue();
    assertThat(sessions.fits(sessions.token(one), other)).isFalse();
    assertThat(sessions.find("x".repeat(43))).isEmpty();
    assertThat(sessions.find("no cookie")).isEmpty();
  }

  @Test
  void differencesMarkWhatOnlyOneSideHas() {
    Difference difference = Difference.of("the order is open", "the old order is closed");

    assertThat(difference.first().markup())
        .isEqualTo("the order is <mark class=\"cut\">open</mark>");
    assertThat(difference.second().markup())
        .contains("<mark class=\"add\">old")
        .contains("<mark class=\"add\">closed</mark>");
  }

  @Test
  void withoutItsMarksADifferenceIsTheTextAsItWas() {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      String first = words(random);
      String second = words(random);
      Difference difference = Difference.of(first, second);
      assertThat(unmarked(difference.first())).isEqualTo(Html.text(first).markup());
      assertThat(unmarked(difference.second())).isEqualTo(Html.text(second).markup());
    }
    assertThat(Difference.of("same", "same").second().markup()).isEqualTo("same");
    String huge = "a ".repeat(100_000);
    assertThat(unmarked(Difference.of(huge, "b").first())).isEqualTo(huge);
  }

  private static String unmarked(Html html) {
    return html.markup().replaceAll("<mark class=\"[a-z]+\">|</mark>", "");
  }

  private static String words(Random random) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(30); i > 0; i--) {
      words.add(List.of("a", "b", "<b>", "c\n", "&", " ", "ö").get(random.nextInt(7)));
    }
    return String.join(" ", words);
  }
}
