package dev.kedge.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.base.Sha256;
import dev.kedge.eval.score.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers that were paid for survive what happens to their file. */
class AnswerJournalTest {
  @TempDir Path folder;

  private static String key(int number) {
    return Sha256.of(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(AnswerJournal journal, int number) {
    journal.asking(key(number));
    journal.answered(key(number), key(1000 + number), Reply.of("answer " + number + " ä\n"));
  }

  @Test
  void answersComeBackAfterReopening() throws IOException {
    Path file = folder.resolve("a/j.journal");
    try (AnswerJournal journal = AnswerJournal.open(file)) {
      for (int i = 0; i < 10; i++) answer(journal, i);
      journal.tells("fp 1");
      assertThat(journal.find(key(1003))).contains(Reply.of("answer 3 ä\n"));
    }
    try (AnswerJournal journal = AnswerJournal.open(file)) {
      assertThat(journal.size()).isEqualTo(10);
      assertThat(journal.leftOpen()).isZero();
      assertThat(journal.fingerprint()).contains("fp 1");
      for (int i = 0; i < 10; i++) {
        assertThat(journal.find(key(1000 + i))).contains(Reply.of("answer " + i + " ä\n"));
      }
      assertThat(journal.has(key(5))).isFalse();
    }
  }

  /** Cut at every byte: whole lines count, the rest is forgotten, and writing goes on. */
  @Test
  void aFileThatEndsAnywhereLosesAtMostItsLastLine() throws IOException {
    Path whole = folder.resolve("whole.journal");
    try (AnswerJournal journal = AnswerJournal.open(whole)) {
      for (int i = 0; i < 3; i++) answer(journal, i);
    }
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length <= bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      long lines = new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
      Path file = Files.write(folder.resolve("cut.journal"), cut);
      try (AnswerJournal journal = AnswerJournal.open(file)) {
        assertThat(journal.size()).as("cut at %s", length).isEqualTo((int) lines / 2);
        assertThat(journal.leftOpen()).isEqualTo((int) lines % 2);
        answer(journal, 7);
      }
      try (AnswerJournal journal = AnswerJournal.open(file)) {
        assertThat(journal.find(key(1007))).contains(Reply.of("answer 7 ä\n"));
        assertThat(journal.size()).isEqualTo((int) lines / 2 + 1);
      }
    }
  }

  @Test
  void aDamagedLineCostsOnlyItself() throws IOException {
    Path file = folder.resolve("d.journal");
    try (AnswerJournal journal = AnswerJournal.open(file)) {
      for (int i = 0; i < 4; i++) answer(journal, i);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (AnswerJournal journal = AnswerJournal.open(file)) {
      assertThat(journal.size() + journal.leftOpen()).isBetween(3, 4);
      assertThat(journal.size()).isGreaterThanOrEqualTo(3);
      assertThat(journal.find(key(1003))).contains(Reply.of("answer 3 ä\n"));
    }
  }

  @Test
  void twoRunsCannotShareAJournal() throws IOException {
    Path file = folder.resolve("l.journal");
    try (AnswerJournal journal = AnswerJournal.open(file)) {
      answer(journal, 1);
      assertThatThrownBy(() -> AnswerJournal.open(file))
          .isInstanceOf(KedgeException.class)
          .hasMessageContaining("another run");
    }
  }

  @Test
  void anAnswerOfAnEarlierVersionWhichDidNotCountCallsIsReadAsItWas() {
    String line = RunFolder.JSON.writeValueAsString(Reply.of("yes").asNth(3));
    assertThat(RunFolder.JSON.readValue(line, Reply.class).nth()).hasValue(3);
    String earlier = line.replaceAll(",\"nth\":3", "");
    assertThat(earlier).doesNotContain("nth");
    assertThat(RunFolder.JSON.readValue(earlier, Reply.class)).isEqualTo(Reply.of("yes"));
  }
}
