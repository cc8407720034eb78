package dev.kedge.route.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoredDataTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static ScoredData read(Path path) throws IOException {
    return ScoredData.read(List.of(path), Optional.empty());
  }

  @Test
  void cellsInQuotesHoldCommasLineEndsAndQuotes() throws IOException {
    Path csv =
        file(
            "maths.csv",
            "prompt,little,big\r\n"
                + "\"One, \"\"two\"\"\n"
                + "A. 3\n"
                + "Answer:\",True,False\n"
                + "plain,0.25,1\n\n");
    ScoredData data = read(csv);
    assertThat(data.small()).isEqualTo("little");
    assertThat(data.large()).isEqualTo("big");
    assertThat(data.examples())
        .containsExactly(
            new Scored("One, \"two\"\nA. 3\nAnswer:", 1, 0, "maths", 5.75),
            new Scored("plain", 0.25, 1, "maths", 1.25));
  }

  @Test
  void aFolderGivesItsFilesInOrderAndEachNamesAGroup() throws IOException {
    file("b.csv", "prompt,s,l\nx,True,True\n");
    file("a.csv", "prompt,s,l\ny,True,True\n");
    file("notes.txt", "not data");
    ScoredData data = read(folder);
    assertThat(data.names()).containsExactly("a.csv", "b.csv");
    assertThat(data.examples()).extracting(Scored::group).containsExactly("a", "b");
    assertThat(data.groups()).isEqualTo(2);
  }

  @Test
  void jsonLinesMayTellGroupAndTokens() throws IOException {
    Path lines =
        file(
            "d.jsonl",
            "{\"prompt\":\"ab\",\"small\":true,\"large\":0.5,\"group\":\"g\",\"tokens\":12}\n\n"
                + "{\"prompt\":\"cd\",\"small\":0,\"large\":1,\"note\":\"ignored\"}\n");
    assertThat(read(lines).examples())
        .containsExactly(new Scored("ab", 1, 0.5, "g", 12), new Scored("cd", 0, 1, "", 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv | prompt,s | 1: expected the columns",
        "a.csv | prompt,s,l~x,True | 2: 2 cells",
        "a.csv | prompt,s,l~x,True,Maybe | 2: a score",
        "a.csv | prompt,s,l~x,True,1.5 | 2: a score",
        "a.csv | prompt,s,l~\"x~y,True,True | 2: a quote is not closed",
        "a.csv | prompt,s,l~\"x\"y,True,True | 2: text behind a closing quote",
        "a.csv | prompt,s,l | no examples",
        "a.jsonl | {\"prompt\":1,\"small\":1,\"large\":1} | 1: expected",
        "a.jsonl | {\"prompt\":\"x\",\"small\":2,\"large\":1} | 1: 'small' and 'large'",
        "a.jsonl | {\"prompt\":\"x\",\"small\":1,\"large\":1,\"tokens\":0} | 1: tokens",
        "a.jsonl | {\"prompt\":\"x\",\"prompt\":\"y\"} | 1: not a JSON object",
        "a.jsonl | [[[ | 1: not a JSON object",
        "a.json | {} | need --cases"
      })
  void aLineThatDoesNotFitIsNamed(String name, String text, String reason) throws IOException {
    Path broken = file(name, text.replace('~', '\n'));
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason);
  }

  @Test
  void resultsOfAnEvaluationAreJoinedWithTheirCases() throws IOException {
    String cases =
        "{\"id\":\"a\",\"input\":\"first\",\"expected\":1}\n"
            + "{\"input\":\"second\",\"expected\":2}\n";
    Path listed = file("holdout.jsonl", cases);
    String runs =
        "\"runs\":[{\"model\":\"S\",\"failures\":[{\"id\":\"2\"}]},{\"model\":\"L\",\"failures\":[]}]}";
    Path results =
        file(
            "evaluation.json",
            "{\"dataset\":{\"sha256\":\"" + Sha256.of(Files.readAllBytes(listed)) + "\"}," + runs);
    ScoredData data = ScoredData.read(List.of(results), Optional.of(listed));
    assertThat(data.small()).isEqualTo("S");
    assertThat(data.examples())
        .containsExactly(new Scored("first", 1, 1, "", 1.25), new Scored("second", 0, 1, "", 1.5));
    Files.writeString(listed, cases + "\n");
    assertThatThrownBy(() -> ScoredData.read(List.of(results), Optional.of(listed)))
        .hasMessageContaining("not the cases");
  }
}
