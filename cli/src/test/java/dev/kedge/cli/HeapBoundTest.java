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
      try (HeapBound _ = new HeapBound()) {
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
    assertThat(HeapBound.isDue(63 * MIB, 0)).isFalse();
    assertThat(HeapBound.isDue(65 * MIB, 20 * MIB)).isTrue();
    assertThat(HeapBound.isDue(190 * MIB, 100 * MIB)).isFalse();
    assertThat(HeapBound.isDue(201 * MIB, 100 * MIB)).isTrue();
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
