package dev.kedge.eval.score.instruct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Our verdicts beside those of IFEval's published program (google-research,
 * instruction_following_eval, with NLTK 3.8, its English sentence model and langdetect 1.0.9, seed
 * 0). The responses are ours; the verdicts in {@code ifeval-verdicts.jsonl} are what that program
 * said about them.
 */
class PublishedVerdictsTest {
  /* A keyword is a text here and a regular expression there; a short French sentence that the
   * library takes for another language; initials that the trained model takes for ends. */
  private static final Set<String> OTHERWISE =
      Set.of(
          "stx louis",
          "Je ne sais pas.",
          "A. B. C.",
          "Prof. A. B. Smith, Ph.D. spoke. We listened.");

  private static List<JsonNode> verdicts() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            PublishedVerdictsTest.class.getResourceAsStream("ifeval-verdicts.jsonl"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(JsonText.STRICT::readTree)
          .toList();
    }
  }

  @Test
  void allVerdictsButFourAreThoseOfThePublishedProgram() throws IOException {
    List<String> different = new ArrayList<>();
    TreeMap<String, Integer> compared = new TreeMap<>();
    for (JsonNode one : verdicts()) {
      String kind = one.path("kind").stringValue();
      String response = one.path("response").stringValue();
      JsonNode arguments = one.path("args");
      compared.merge(kind, 1, Integer::sum);
      boolean strict = Instructions.follows(kind, arguments, response);
      boolean loose = Instructions.followsLoosely(kind, arguments, response);
      if (strict != one.path("strict").booleanValue()
          || loose != one.path("loose").booleanValue()) {
        different.add(response);
      }
    }
    assertThat(compared.keySet()).isEqualTo(Instructions.kinds());
    assertThat(compared.values()).allMatch(count -> count >= 6);
    assertThat(new TreeSet<>(different)).isEqualTo(new TreeSet<>(OTHERWISE));
  }
}
