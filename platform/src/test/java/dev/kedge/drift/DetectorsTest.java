package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorsTest {
  private static final Detectors DETECTORS = new Detectors();

  private static Marks marks(String text) {
    return DETECTORS.marks(text, Words.of(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          disclaimer | This is not legal advice.
          disclaimer | THIS IS NOT LEGAL ADVICE
          disclaimer | This does not constitute legal advice.
          disclaimer | Please consult a qualified lawyer first.
          disclaimer | As an AI language model, I can only guess.
          disclaimer | Dies ist keine Rechtsberatung.
          disclaimer | Alle Angaben ohne Gewähr.
          hedge      | Perhaps the order was late.
          hedge      | It seems to be broken.
          hedge      | Möglicherweise ist das Paket verloren.
          apology    | We are sorry for the delay.
          apology    | Es tut uns sehr leid.
          refusal    | I can’t help with that.
          refusal    | I am unable to share this.
          refusal    | Dabei kann ich leider nicht helfen.
          preamble   | Sure, here is your answer.
          preamble   | **Of course!** The order is open.
          preamble   | Gerne! Die Bestellung ist offen.
          closing    | Let me know if you need anything else.
          closing    | Mit freundlichen Grüßen
          """)
  void kindsOfSentenceAreKnownByTheirPhrases(String kind, String text) {
    assertThat(marks(text).traits()).contains(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          disclaimer | Our legal advice is not cheap.
          disclaimer | It is not. Legal advice costs money.
          refusal    | I can help with that.
          refusal    | We can share this.
          preamble   | The order is open, of course.
          apology    | The weather was fine.
          hedge      | The order was sent on 3 May.
          closing    | The letter is closed.
          """)
  void whatOnlyLooksLikeOneIsNone(String kind, String text) {
    assertThat(marks(text).traits()).doesNotContain(kind);
  }

  @Test
  void formIsReadLineByLine() {
    Set<String> traits =
        marks("# Title\n\n- one\n* two\n1. three\n```java\nx\n```\n| a | b |\n**bold** text")
            .traits();
    assertThat(traits)
        .contains(
            "heading",
            "bullet list",
            "numbered list",
            "code fence",
            "table",
            "bold text",
            "several paragraphs");
    assertThat(marks("#hashtag -no list, 2024. was, a | b, 2**3").traits())
        .doesNotContain("heading", "bullet list", "numbered list", "table", "bold text");
  }

  @Test
  void numbersCitationsAndKeysAreCollected() {
    Marks marks =
        marks("See https://example.org/a?b=1. And § 823 BGB [12], 14 days, 10.1000/xyz12.");
    assertThat(marks.items().get(Marks.CITATIONS))
        .containsExactlyInAnyOrder("https://example.org/a?b=1", "§ 823", "[12]", "10.1000/xyz12");
    assertThat(marks.items().get(Marks.NUMBERS)).contains("823", "12", "14");
    Marks json = marks("```json\n{\"a\": {\"b\": [1, {\"c\": 2}]}}\n```");
    assertThat(json.items().get(Marks.KEYS)).containsExactlyInAnyOrder("a", "a.b", "a.b.c");
    assertThat(json.traits()).contains("JSON", "JSON key a.b.c", "code fence");
    assertThat(marks("{broken").traits()).doesNotContain("JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          English  | The order was sent to you and it will be there on Monday.
          German   | Die Bestellung ist auf dem Weg und wird am Montag bei Ihnen sein.
          French   | La commande est en route et elle sera chez vous lundi avec le colis.
          Spanish  | El pedido está en camino y llegará el lunes con una carta para usted.
          Japanese | ご注文は月曜日に届きます。
          Chinese  | 您的订单将于星期一送达请查收
          Greek    | Η παραγγελία σας θα φτάσει τη Δευτέρα
          Hebrew   | ההזמנה שלך תגיע ביום שני
          Arabic script | سيصل طلبك يوم الاثنين
          """)
  void theLanguageIsKnownByItsSmallWordsOrItsScript(String language, String text) {
    assertThat(marks(text).traits()).contains("language: " + language);
  }

  @Test
  void shortAnswersAndDataHaveNoLanguage() {
    assertThat(marks("ok").traits()).noneMatch(trait -> trait.startsWith("language"));
    assertThat(marks("{\"text\": \"the order is on its way to you and will be there\"}").traits())
        .noneMatch(trait -> trait.startsWith("language"));
  }

  @Test
  void hostileTextsTakeNoLongerThanOthers() {
    // Each would take a matcher that backtracks, or a parser that recurses, very long.
    for (String part :
        new String[] {
          "not ",
          "i am ",
          "[1",
          "§ ",
          "{\"a\":",
          "https://",
          "www.",
          "10.1234/",
          "**",
          "| ",
          "1. ",
          "sorry ",
          "\u202e",
          "\uD800",
          "\0",
          "`",
          "a\u0301"
        }) {
      Marks marks = marks(part.repeat(Words.MOST_CHARACTERS / part.length() + 10));
      assertThat(marks.items().get(Marks.NUMBERS)).hasSizeLessThanOrEqualTo(1_000);
    }
    assertThat(marks("x".repeat(3_000_000)).characters()).isEqualTo(3_000_000);
  }
}
