package dev.kedge.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestRecordTest {
  @TempDir private Path folder;
  private Path file;
  private FileDigest digest;

  @BeforeEach
  void record() throws IOException {
    file = Files.write(folder.resolve("m.gguf"), new byte[] {1, 2, 3});
    digest = FileDigest.of(MemorySegment.ofArray(new byte[] {1, 2, 3}), _ -> {});
    assertThat(DigestRecord.write(file, stat(), digest)).isTrue();
  }

  private FileStat stat() throws IOException {
    return FileStat.of(file).orElseThrow();
  }

  @Test
  void anUnchangedFileNeedNotBeRead() throws IOException {
    assertThat(DigestRecord.read(file, stat())).contains(digest);
  }

  @Test
  void onlyItsOwnerReadsTheRecord() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(DigestRecord.of(file))))
        .isEqualTo("rw-------");
  }

  @Test
  void anotherContentIsNoticedThoughItsLengthAndTimeWereForged() throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, new byte[] {1, 2, 4});
    Files.setLastModifiedTime(file, time);
    assertThat(DigestRecord.read(file, stat())).isEmpty();
  }

  @Test
  void anotherFileUnderTheNameIsNoticed() throws IOException {
    Path other = Files.write(folder.resolve("other"), new byte[] {1, 2, 3});
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(DigestRecord.read(file, stat())).isEmpty();
  }

  @Test
  void aRecordThatOthersMayWriteCountsForNothing() throws IOException {
    for (String mode : new String[] {"rw-rw----", "rw----rw-"}) {
      Files.setPosixFilePermissions(DigestRecord.of(file), PosixFilePermissions.fromString(mode));
      assertThat(DigestRecord.read(file, stat())).isEmpty();
    }
  }

  @Test
  void aRecordBehindALinkCountsForNothing() throws IOException {
    Path moved = folder.resolve("elsewhere");
    Files.move(DigestRecord.of(file), moved);
    Files.createSymbolicLink(DigestRecord.of(file), moved);
    assertThat(DigestRecord.read(file, stat())).isEmpty();
  }

  @Test
  void damagedRecordsCountForNothingAndBreakNothing() throws IOException {
    byte[] whole = Files.readAllBytes(DigestRecord.of(file));
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      if (i % 5 == 0) damaged = java.util.Arrays.copyOf(damaged, random.nextInt(2 * whole.length));
      Files.write(DigestRecord.of(file), damaged);
      // A changed digest stays a digest: what reads the file again finds it.
      DigestRecord.read(file, stat())
          .ifPresent(found -> assertThat(found.bytes()).isEqualTo(digest.bytes()));
    }
    Files.write(DigestRecord.of(file), whole);
    assertThat(DigestRecord.read(file, stat())).contains(digest);
  }

  @Test
  void remainsOfAKilledWriterAreRemovedAndThoseOfARunningOneStay() throws IOException {
    Path left = Files.write(folder.resolve(".m.gguf.4711.0.part"), new byte[9]);
    try (PartFile first = PartFile.beside(file, false)) {
      assertThat(left).doesNotExist();
      try (PartFile second = PartFile.beside(file, false)) {
        second.commit(file);
      }
      first.commit(file);
    }
    try (var files = Files.list(folder)) {
      assertThat(files.filter(found -> found.toString().endsWith(".part"))).isEmpty();
    }
  }
}
