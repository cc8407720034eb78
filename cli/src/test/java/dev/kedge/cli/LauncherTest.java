package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher itself, beside a jar that leads to the classes under test. */
class LauncherTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("kedge.root", "..")).toAbsolutePath().resolve("kedge");
  private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";
  private static final String VECTORS = "jdk.incubator.vector";

  @TempDir private static Path home;

  @BeforeAll
  static void copy() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/env")) && !File.separator.equals("\\"));
    Path script = Files.copy(SCRIPT, home.resolve("kedge"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Path jar = home.resolve("cli/target/kedge-cli.jar");
    Files.createDirectories(jar.getParent());
    Files.createDirectories(home.resolve("target"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).toUri().toString())
                .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private record Started(String out, String err) {}

  /* The JVM prints with which options it was started. */
  private static Started start(String line) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(home.resolve("kedge").toString()), Stream.of(line.split(" ")))
                .toList());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("KEDGE_NO_BUILD", "1");
    builder.environment().put("KEDGE_JAVA_OPTS", "-Xmx128m -XX:+PrintCommandLineFlags");
    Path errors = Files.createTempFile(home, "err", ".txt");
    Process process = builder.redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out + Files.readString(errors)).isZero();
    return new Started(out, Files.readString(errors));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gate --help", "eval run --help", "eval holdout build --help"})
  void whatComputesHasTheVectorUnitAndBothCompilers(String line) throws Exception {
    Started started = start(line);
    assertThat(started.out()).contains("Example: kedge").doesNotContain(ONE_COMPILER);
    assertThat(started.err()).contains(VECTORS);
  }

  @Test
  void kernelsAreWaitedForWithoutAWordFromTheCompiler() throws Exception {
    Started started = start("serve --help");
    assertThat(started.out())
        .contains("BackgroundCompilation,dev.kedge.engine.kernel.*::*,false")
        .doesNotContain("CompileCommand: ");
    assertThat(started.err()).doesNotContain("CompileCommand");
    assertThat(start("drift --help").out()).doesNotContain("BackgroundCompilation");
  }

  @Test
  void kernelsOfSeveralTokensAloneAreCompiledAfterFewerCalls() throws Exception {
    String early = "CompileThresholdScaling,dev.kedge.engine.kernel.";
    assertThat(start("serve --help").out())
        .contains(early + "NibbleTile*::*,0.05")
        .contains(early + "PackedProducts::*,0.05")
        .doesNotContain(early + "*")
        .doesNotContain(early + "VectorAttention")
        .doesNotContain(early + "Quantization");
    assertThat(start("drift --help").out()).doesNotContain(early);
    assertThat(start("quantize --help").out()).doesNotContain(early);
  }

  @Test
  void aServerOfOneModelStartsWithASmallerHeapThanAGateway() throws Exception {
    assertThat(start("serve --port 0 --model m.gguf --help").out()).contains("MaxNewSize=33554432");
    assertThat(start("serve --model=m.gguf --help").out()).contains("MaxNewSize=33554432");
    assertThat(start("serve --config kedge.yaml --help").out()).contains("MaxNewSize=67108864");
    assertThat(start("bench --model --help").out()).doesNotContain("MaxNewSize");
  }

  @Test
  void whatComputesWithoutAModelHasBothCompilersAlone() throws Exception {
    Started started = start("drift --help");
    assertThat(started.out()).contains("Example: kedge").doesNotContain(ONE_COMPILER);
    assertThat(started.err()).doesNotContain(VECTORS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gate sign --help", "rollout list --help", "keys list --help", "--version"})
  void whatOnlyReadsAndPrintsStartsLight(String line) throws Exception {
    Started started = start(line);
    assertThat(started.out()).contains(ONE_COMPILER);
    assertThat(started.err()).doesNotContain(VECTORS);
  }
}
