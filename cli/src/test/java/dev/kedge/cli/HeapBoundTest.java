package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapBoundTest {
  private static final long MIB = 1 << 20;

  /** Makes garbage that has become old, and prints how much of it is there after a while. */
  public static final class Aging {
    public static void main(String[] args) throws InterruptedException {
      try (HeapBound _ = new HeapBound(() -> 0)) {
        byte[][] held = new byte[200][];
        for (int i = 0; i < held.length; i++) held[i] = new byte[1 << 20];
        System.out.println("before " + used() / MIB);
        held = new byte[0][];
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (used() > 64 * MIB && System.nanoTime() < until) Thread.sleep(100);
        System.out.println("after " + used() / MIB + " " + held.length);
      }
    }

    private static long used() {
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
  }

  @Test
  void collectsAtTwiceOfWhatWasAliveButNotBelow64Mebibytes() {
    assertThat(isDue(63 * MIB, 0)).isFalse();
    assertThat(isDue(65 * MIB, 20 * MIB)).isTrue();
    assertThat(isDue(190 * MIB, 100 * MIB)).isFalse();
    assertThat(isDue(201 * MIB, 100 * MIB)).isTrue();
  }

  private static boolean isDue(long used, long alive) {
    return new HeapBound.Judgement().isDue(used, alive, 0);
  }

  @Test
  void keysAndValuesThatGrowAreNoReasonToCollect() {
    HeapBound.Judgement judgement = new HeapBound.Judgement();
    assertThat(judgement.isDue(90 * MIB, 80 * MIB, 40 * MIB)).isFalse();
    assertThat(judgement.isDue(1090 * MIB, 80 * MIB, 1040 * MIB)).isFalse();
    assertThat(judgement.isDue(1121 * MIB, 80 * MIB, 1040 * MIB)).isTrue();
    // What the next collection leaves is measured against what is kept by then.
    assertThat(judgement.isDue(1100 * MIB, 1090 * MIB, 1040 * MIB)).isFalse();
    assertThat(judgement.isDue(1141 * MIB, 1090 * MIB, 1040 * MIB)).isTrue();
  }

  @Test
  void whatIsKeptGrowsBetweenACollectionAndTheNextLook() {
    HeapBound.Judgement judgement = new HeapBound.Judgement();
    assertThat(judgement.isDue(170 * MIB, 0, 100 * MIB)).isTrue();
    // 60 of what is alive were not kept; 120 more is garbage enough, whatever was kept meanwhile.
    assertThat(judgement.isDue(560 * MIB, 160 * MIB, 450 * MIB)).isFalse();
    assertThat(judgement.isDue(571 * MIB, 160 * MIB, 450 * MIB)).isTrue();
  }

  @Test
  void oldGarbageGoesLongBeforeTheHeapIsFull() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xms96m",
                    "-Xmn16m",
                    "-Xmx1g",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Aging.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    String[] lines = said.strip().split("\n", -1);
    assertThat(Integer.parseInt(lines[0].substring("before ".length()))).isGreaterThan(150);
    assertThat(Integer.parseInt(lines[1].split(" ", -1)[1])).isLessThan(64);
  }
}
