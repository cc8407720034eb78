package dev.kedge.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerSetTest {
  @TempDir private Path folder;

  private AnswerSet read(String lines) throws IOException {
    Path file = folder.resolve("answers.jsonl");
    Files.writeString(file, lines);
    return AnswerSet.of(file);
  }

  @Test
  void answersAreMatchedByIdAndWhatOnlyOneSideHasIsTold() throws IOException {
    AnswerSet old =
        read(
            "{\"id\":1,\"answer\":\"a\",\"tags\":[\"t\"],\"group\":\"g\"}\n\n"
                + "{\"id\":\"2\",\"answer\":\"b\"}\n");
    AnswerSet fresh =
        read(
            "{\"id\":\"2\",\"answer\":\"c\",\"tokens\":5}\n"
                + "{\"id\":\"1\",\"answer\":\"d\"}\n"
                + "{\"id\":3,\"answer\":\"e\"}");
    DriftInput input = AnswerSet.compare(old, fresh, Optional.empty());
    assertThat(input.cases()).extracting(DriftCase::fresh).containsExactly("d", "c");
    assertThat(input.cases().getFirst().cluster()).isEqualTo("g");
    assertThat(input.cases().getFirst().tags()).containsExactly("t");
    assertThat(input.notes()).anyMatch(note -> note.contains("the 2 cases that all have"));
    assertThat(input.repeats()).isEqualTo(Repeats.UNKNOWN);
    assertThat(AnswerSet.compare(old, fresh, Optional.of(old)).repeats())
        .isEqualTo(Repeats.MEASURED);
  }

  @Test
  void theCasesOfARunAreAnswersToo() throws IOException {
    AnswerSet set =
        read(
            "{\"id\":\"x\",\"cluster\":\"k\",\"input\":\"q\",\"reply\":{\"text\":\"t\",\"completionTokens\":7}}");
    assertThat(set.answers().getFirst().said()).isEqualTo(new Said("t", 7));
    assertThat(set.answers().getFirst().cluster()).isEqualTo("k");
  }

  @Test
  void brokenFilesAreRefusedWithTheirLine() throws IOException {
    assertThatThrownBy(() -> read("{\"id\":1,\"answer\":\"a\"}\n{\"id\":2}"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("answers.jsonl:2: expected {\"id\"");
    assertThatThrownBy(() -> read("nonsense")).hasMessageContaining(":1: not a JSON object");
    assertThatThrownBy(() -> read("{\"id\":1,\"answer\":\"a\"}\n{\"id\":1,\"answer\":\"b\"}"))
        .hasMessageContaining("the case 1 stands there twice");
    assertThatThrownBy(() -> read("")).hasMessageContaining("no answers");
    assertThatThrownBy(() -> read("x".repeat((16 << 20) + 1)))
        .hasMessageContaining("longer than 16 Mi");
    Path binary =
        Files.write(folder.resolve("b.jsonl"), new byte[] {'{', (byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> AnswerSet.of(binary)).hasMessageContaining("not UTF-8");
  }

  @Test
  void nothingInCommonIsRefused() throws IOException {
    AnswerSet old = read("{\"id\":1,\"answer\":\"a\"}");
    AnswerSet fresh = read("{\"id\":2,\"answer\":\"a\"}");
    assertThatThrownBy(() -> AnswerSet.compare(old, fresh, Optional.empty()))
        .hasMessageContaining("no case is in both");
  }
}
