package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GenerateCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"--threads=1", "--threads=2", "--scalar"})
  void aGreedyRunGivesExactlyTheReferenceTokens(String option) throws Exception {
    Path folder = stories();
    int[] expected =
        Stream.of(Files.readString(folder.resolve("greedy_token_ids.txt")).trim().split(" +"))
            .mapToInt(Integer::parseInt)
            .toArray();
    JsonNode answer =
        JsonMapper.shared()
            .readTree(
                generate(
                    folder,
                    "--prompt",
                    "",
                    "--raw",
                    "--temperature",
                    "0",
                    "--max-tokens",
                    "200",
                    "--json",
                    option));
    int[] tokens =
        IntStream.range(0, answer.get("tokens").size())
            .map(i -> answer.get("tokens").get(i).asInt())
            .toArray();
    assertThat(tokens).isEqualTo(expected);
    assertThat(answer.get("text").asString())
        .isEqualTo(Files.readString(folder.resolve("greedy_200steps_expected.txt")).strip());
    assertThat(answer.get("promptTokens").asInt()).isEqualTo(1);
    assertThat(answer.get("completionTokens").asInt()).isEqualTo(200);
    assertThat(answer.get("finishReason").asString()).isEqualTo("length");
  }

  @Test
  void aStopTextEndsTheAnswerBeforeIt() throws Exception {
    String text =
        generate(
            stories(),
            "--prompt",
            "",
            "--raw",
            "--temperature",
            "0",
            "--stop",
            "red ball",
            "--stop",
            "zebra");
    assertThat(text.strip()).endsWith("One day, she saw a big,");
  }

  @Test
  void withoutChatTemplateRawIsAskedFor() throws Exception {
    String file = stories().resolve("stories260K.gguf").toString();
    assertThat(CommandRun.of("generate", file, "--prompt", "hello").code()).isEqualTo(2);
  }

  @Test
  void missingFilesAndWrongNumbersAreReported() {
    assertThat(CommandRun.of("generate", "no-such-file.gguf", "--prompt", "x").code()).isEqualTo(3);
    assertThat(CommandRun.of("generate", "no-such-file.gguf").code()).isEqualTo(2);
  }

  private static Path stories() {
    Path folder =
        Path.of(System.getProperty("kedge.shared", "../../shared"), "data/weights/stories260K");
    if (!Files.exists(folder)) System.out.println("skipped: " + folder + " is not there");
    assumeTrue(Files.exists(folder));
    return folder;
  }

  private static String generate(Path folder, String... options) {
    String[] head = {"generate", folder.resolve("stories260K.gguf").toString()};
    String[] all = Stream.concat(Stream.of(head), Stream.of(options)).toArray(String[]::new);
    CommandRun run = CommandRun.of(all);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }
}
