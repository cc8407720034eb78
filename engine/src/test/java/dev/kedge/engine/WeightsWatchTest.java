package dev.kedge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.model.RandomModel;
import dev.kedge.engine.weights.DigestRecord;
import dev.kedge.engine.weights.FileDigest;
import dev.kedge.engine.weights.FileStat;
import dev.kedge.engine.weights.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WeightsWatchTest {
  private static final EngineOptions SMALL = new EngineOptions(1, 2, 2, 0, 0, 16, true);
  private static final long FAST = 1L << 40;

  @TempDir private Path folder;
  private final LinkedBlockingQueue<WeightsWatch.Report> told = new LinkedBlockingQueue<>();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = RandomModel.small(TensorType.Q8_0).write(folder.resolve("m.gguf"));
  }

  private WeightsWatch.Report report() throws InterruptedException {
    WeightsWatch.Report report = told.poll(30, TimeUnit.SECONDS);
    if (report == null) throw new AssertionError("nothing was told");
    return report;
  }

  @Test
  void aSoundFileIsToldToBeSound() throws Exception {
    try (Model model = Model.load(file);
        Engine engine = Engine.start(model, SMALL);
        WeightsWatch _ =
            WeightsWatch.start(model, engine, model.digest(_ -> {}), FAST, told::add)) {
      assertThat(report().sound()).isTrue();
      assertThat(engine.alive()).isTrue();
    }
  }

  @Test
  void weightsBehindAForgedRecordAreFoundAndStopTheEngine() throws Exception {
    FileDigest digest;
    try (Model model = Model.load(file)) {
      digest = model.digest(_ -> {});
    }
    flipOneBit();
    DigestRecord.write(file, FileStat.of(file).orElseThrow(), digest);
    try (Model model = Model.load(file);
        Engine engine = Engine.start(model, SMALL)) {
      FileDigest believed = model.digest(_ -> {});
      assertThat(believed).isEqualTo(digest);
      try (WeightsWatch _ = WeightsWatch.start(model, engine, believed, FAST, told::add)) {
        WeightsWatch.Report report = report();
        assertThat(report.sound()).isFalse();
        assertThat(report.text()).contains("m.gguf", "not the recorded file", digest.sha256());
        assertThat(engine.alive()).isFalse();
        assertThatThrownBy(() -> engine.submit(Request.of(new int[] {1, 2}, 2, Sampling.GREEDY)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("not the recorded file");
      }
    }
  }

  @Test
  void requestsThatRunWhenTheEngineIsStoppedAreToldWhy() throws Exception {
    try (Model model = Model.load(file);
        Engine engine = Engine.start(model, SMALL)) {
      try (Generation generation =
          engine.submit(
              new Request(new int[] {1, 2}, 200, Sampling.GREEDY, java.util.List.of(), -1, true))) {
        assertThat(generation.next()).isInstanceOf(TokenEvent.Token.class);
        engine.stop("the weights are wrong");
        TokenEvent event = generation.next();
        while (event instanceof TokenEvent.Token) event = generation.next();
        assertThat(event).isInstanceOf(TokenEvent.End.class);
        TokenEvent.End end = (TokenEvent.End) event;
        assertThat(end.reason()).isEqualTo(FinishReason.FAILED);
        assertThat(end.message()).contains("the weights are wrong");
      }
    }
  }

  @Test
  void aChangedFileIsReadWholeAtTheNextStart() throws Exception {
    FileDigest before;
    try (Model model = Model.load(file)) {
      before = model.digest(_ -> {});
      assertThat(DigestRecord.of(file)).exists();
    }
    flipOneBit();
    try (Model model = Model.load(file)) {
      assertThat(model.digest(_ -> {})).isNotEqualTo(before);
    }
  }

  @Test
  void aModelWhoseEnginesAreGoneIsReleasedByItsWatch() throws Exception {
    Model model = Model.load(file);
    Engine engine = Engine.start(model, SMALL);
    WeightsWatch watch = WeightsWatch.start(model, engine, model.digest(_ -> {}), 1, told::add);
    engine.close();
    model.close();
    watch.close();
    assertThat(told).isEmpty();
    Files.delete(file);
  }

  /* In the last weight: the file still looks right. */
  private void flipOneBit() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      long at = channel.size() - 100;
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1));
      channel.write(one.flip(), at);
    }
  }
}
