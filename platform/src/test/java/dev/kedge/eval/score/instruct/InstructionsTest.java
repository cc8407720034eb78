package dev.kedge.eval.score.instruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.eval.score.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of instruction with an answer that follows it and one that does not. */
class InstructionsTest {
  /** Kind, arguments, an answer that follows, one that does not; ~ is a line end. */
  private static final String CASES =
      """
      keywords:existence | {"keywords":["tree","run"]} | A Tree, running | a tree
      keywords:frequency | {"relation":"at least","keyword":"ab","frequency":2} | abab | ab
      keywords:frequency | {"relation":"less than","keyword":"ab","frequency":2} | ab | abAB
      keywords:forbidden_words | {"forbidden_words":["die"]} | I diet | Die now
      keywords:letter_frequency | {"letter":"e","let_relation":"at least","let_frequency":3} | eEe | ee
      keywords:letter_frequency | {"letter":"!","let_relation":"less than","let_frequency":1} | no | no!
      language:response_language | {"language":"de"} | Das ist nicht der Text und wir sind auch da | This is not the text and we are there
      language:response_language | {"language":"kn"} | ಇದು ಕನ್ನಡ ಪಠ್ಯ | this is English text
      change_case:capital_word_frequency | {"capital_relation":"at least","capital_frequency":2} | THE BIG one | THE big one
      change_case:english_capital | {} | THIS IS THE TEXT OF THE DAY | THIS IS THE TEXT of THE DAY
      change_case:english_lowercase | {} | this is the text of the day | this is The text of the day
      punctuation:no_comma | {} | a b | a, b
      length_constraints:number_words | {"relation":"at least","num_words":3} | one two three | one-two
      length_constraints:number_words | {"relation":"less than","num_words":3} | one-two | a b c
      length_constraints:number_sentences | {"relation":"at least","num_sentences":2} | Mr. Fox ran. He fell! | Mr. Fox ran 2.5 miles
      length_constraints:number_sentences | {"relation":"less than","num_sentences":2} | I met Dr. Who at 5 p.m. today. | So? Yes.
      length_constraints:number_paragraphs | {"num_paragraphs":2} | a~***~b | a~***~***~b
      length_constraints:number_paragraphs | {"num_paragraphs":3} | a *** b *** c | a *** b
      length_constraints:nth_paragraph_first_word | {"num_paragraphs":2,"nth_paragraph":2,"first_word":"elm"} | a~~"Elm," he said | a~~Elms
      detectable_content:number_placeholders | {"num_placeholders":2} | [a] [b c] | [a]
      detectable_content:postscript | {"postscript_marker":"P.S."} | Bye~p. s. more | Bye~PS more
      detectable_content:postscript | {"postscript_marker":"P.P.S"} | Bye~P.P.S more | Bye~P.S. more
      detectable_format:number_bullet_lists | {"num_bullets":2} | * a~- b | * a~- b~- c
      detectable_format:constrained_response | {} | Well: My answer is no. | My answer is no
      detectable_format:number_highlighted_sections | {"num_highlights":2} | *a* and *b c* | *a* and * *
      detectable_format:number_highlighted_sections | {"num_highlights":1} | **a** | ** **
      detectable_format:multiple_sections | {"section_spliter":"SECTION","num_sections":2} | SECTION 1 a SECTION 2 b | SECTION A SECTION 2
      detectable_format:json_format | {} | ```json~{"a":1}~``` | {"a":1} yes
      detectable_format:title | {} | <<My Poem>>~text | << >> text
      combination:two_responses | {} | a~******~b | a~******~a
      combination:repeat_prompt | {"prompt_to_repeat":"Say hi"} | say HI~Hi! | Hi! Say hi
      startend:end_checker | {"end_phrase":"The end."} | So. "the END." | The end. Bye
      startend:quotation | {} | "all of it" | "some" of it
      """;

  static List<String[]> cases() {
    List<String[]> cases = new ArrayList<>();
    for (String line : CASES.lines().toList()) {
      String[] parts = line.split(" \\| ", -1);
      for (int i = 2; i < 4; i++) parts[i] = parts[i].replace('~', '\n');
      cases.add(parts);
    }
    return cases;
  }

  @Test
  void everyKindTellsAnswersThatFollowFromThoseThatDoNot() {
    TreeSet<String> seen = new TreeSet<>();
    for (String[] one : cases()) {
      var arguments = JsonText.STRICT.readTree(one[1]);
      assertThat(Instructions.follows(one[0], arguments, one[2]))
          .as(String.join("|", one))
          .isTrue();
      assertThat(Instructions.follows(one[0], arguments, one[3]))
          .as(String.join("|", one))
          .isFalse();
      seen.add(one[0]);
    }
    assertThat(seen).isEqualTo(new TreeSet<>(Instructions.kinds())).hasSize(25);
  }

  @Test
  void aBlankAnswerAndMissingArgumentsFollowNothing() {
    var nothing = JsonText.STRICT.createObjectNode();
    for (String[] one : cases()) {
      var arguments = JsonText.STRICT.readTree(one[1]);
      assertThat(Instructions.follows(one[0], arguments, " \n")).isFalse();
      if (arguments.isEmpty() || one[0].startsWith("language:")) continue;
      assertThat(Instructions.follows(one[0], nothing, one[2])).as(one[0]).isFalse();
    }
    assertThatThrownBy(() -> Instructions.follows("keywords:none", nothing, "x"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("no instruction is called");
  }

  @Test
  void looselyAFirstLineALastLineAndAsterisksAreForgiven() {
    var none = JsonText.STRICT.createObjectNode();
    String kind = "startend:quotation";
    assertThat(Instructions.follows(kind, none, "Sure:\n\"it\"\nBye")).isFalse();
    assertThat(Instructions.followsLoosely(kind, none, "Sure:\n\"it\"\nBye")).isTrue();
    assertThat(Instructions.followsLoosely(kind, none, "**\"it\"**")).isTrue();
    assertThat(Instructions.followsLoosely(kind, none, "it")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en | The quick brown fox is on the other side of the river and it will not be back today.
          de | Der schnelle Fuchs ist auf der anderen Seite des Flusses und kommt heute nicht zurück.
          it | La volpe è dall'altra parte del fiume e non tornerà oggi, ma domani sarà di nuovo qui.
          pt | A raposa está do outro lado do rio e não volta hoje, mas amanhã estará com você aqui.
          fi | Kettu on joen toisella puolella, ja se ei palaa tänään, mutta huomenna se on taas täällä.
          sw | Mbweha yuko upande wa pili wa mto na hatarudi leo, lakini kesho atakuwa hapa tena kwa watu wote.
          vi | Con cáo ở bên kia sông và sẽ không trở về hôm nay, nhưng ngày mai nó sẽ có mặt với những người này.
          ru | Лиса на другом берегу реки и сегодня не вернётся, но завтра она будет здесь, как и всегда.
          bg | Лисицата е на другия бряг на реката и днес няма да се върне, но утре ще бъде тук с нас.
          ar | الثعلب على الجانب الآخر من النهر ولن يعود اليوم، لكنه سيكون هنا غدا مع كل أصدقائه.
          fa | روباه در آن سوی رودخانه است و امروز برنمی‌گردد، ولی فردا این جا با شما خواهد بود که باید.
          ur | لومڑی دریا کے دوسری طرف ہے اور آج واپس نہیں آئے گی لیکن کل وہ یہاں سب کے ساتھ ہو گی۔
          hi | लोमड़ी नदी के दूसरी तरफ है और आज वापस नहीं आएगी, लेकिन कल वह यहाँ सब के साथ होगी।
          mr | कोल्हा नदीच्या पलीकडे आहे आणि आज परत येणार नाही, पण उद्या तो येथे सर्वांसोबत आहे.
          ne | फ्याउरो नदीको अर्को किनारमा छ र आज फर्कने छैन, तर भोलि यो यहाँ सबै सँग हुन्छ।
          th | สุนัขจิ้งจอกอยู่อีกฝั่งของแม่น้ำ
          ko | 여우는 강 건너편에 있고 오늘은 돌아오지 않습니다.
          bn | শিয়ালটি নদীর ওপারে আছে
          gu | શિયાળ નદીની બીજી બાજુ છે
          pa | ਲੂੰਬੜੀ ਨਦੀ ਦੇ ਦੂਜੇ ਪਾਸੇ ਹੈ
          ta | நரி ஆற்றின் மறுபுறம் உள்ளது
          te | నక్క నది అవతలి వైపు ఉంది
          """)
  void theLanguagesOfThePublishedDataAreTold(String language, String text) {
    assertThat(LanguageGuess.of(text)).contains(language);
  }
}
