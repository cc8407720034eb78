package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the commands of docs/WALK.md in their order, on a copy of the examples: with fewer calls,
 * and so with a wider margin, and with people who know the right answers but for a slip.
 */
class WalkTest {
  private static final Path ROOT =
      Path.of(System.getProperty("kedge.root", "..")).toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```\\n(.*?)^```$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern MASK = Pattern.compile("\\[[A-Z]+(?:_[a-z0-9]+)?]");

  @TempDir private Path folder;
  private final Map<String, JsonNode> right = new LinkedHashMap<>();
  private String gate = "GATE";
  private String port = "8080";
  private String answered = "";

  private void copy() throws IOException {
    Path examples = ROOT.resolve("examples");
    try (Stream<Path> files = Files.walk(examples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = examples.relativize(file);
        if (relative.startsWith("gateway/state")) continue;
        Path to = folder.resolve("examples").resolve(relative);
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    replace("examples/gateway/kedge.yaml", "port: 8080", "port: 0");
    // The first calls of a fresh process come faster here than they are answered.
    replace("examples/gateway/kedge.yaml", "concurrency: 16", "concurrency: 64");
    // Sixty calls instead of 260: their share of right answers varies more.
    replace("examples/order-desk/calls.yaml", "margin: 0.05", "margin: 0.2");
    replace("examples/order-desk/calls.yaml", "exact_match: 0.6", "exact_match: 0.4");
    replace("examples/order-desk/calls.yaml", "valid_json: 0.98", "valid_json: 0.9");
    replace("examples/order-desk/calls.yaml", "at_least: 0.98", "at_least: 0.9");
    // How long answers take says nothing where tests share the machine.
    replace("examples/order-desk/calls.yaml", "latency_p90_ms: 2000", "latency_p90_ms: 600000");
    key();
    for (String line : Files.readAllLines(examples.resolve("order-desk/holdout.jsonl"))) {
      JsonNode one = JSON.readTree(line);
      right.put(one.get("input").stringValue(), one.get("expected"));
    }
  }

  /* Placeholders come of it: another key makes other inquiries, which are answered otherwise. */
  private void key() throws IOException {
    Path keys = Files.createDirectories(folder.resolve("examples/gateway/state/keys"));
    Path file = Files.writeString(keys.resolve("masking.key"), "4b".repeat(32) + "\n");
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) return;
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void replace(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(folder.resolve(file), text.replace(from, to));
  }

  private static List<String> commands() throws IOException {
    return BLOCK
        .matcher(Files.readString(ROOT.resolve("docs/WALK.md")))
        .results()
        .flatMap(block -> block.group(1).lines())
        .toList();
  }

  /* Paths of the page are relative to the folder in which it is followed. */
  private String[] words(String line) {
    String here =
        line.replace("--rate 10 --duration 26s", "--rate 15 --duration 4s")
            .replace(":8080", ":" + port)
            .replace("GATE", gate);
    List<String> words = new ArrayList<>();
    for (MatchResult word : WORD.matcher(here).results().toList()) {
      String text = word.group(1) == null ? word.group(2) : word.group(1);
      boolean path = text.startsWith("examples/") || text.matches(".*\\.(gguf|jsonl|pem)");
      words.add(path ? folder.resolve(text).toString() : text);
    }
    return words.toArray(String[]::new);
  }

  private String run(String line) throws IOException {
    String[] words = words(line);
    if (words[0].equals("export")) {
      String[] variable = words[1].split("=", 2);
      System.setProperty(DataFolder.property(variable[0]), folder.resolve(variable[1]).toString());
      return "";
    }
    assertThat(words[0]).isEqualTo("./kedge");
    int end = Arrays.asList(words).indexOf(">");
    int last = end < 0 ? words.length : end;
    CommandRun run = CommandRun.of(Arrays.copyOfRange(words, 1, last));
    assertThat(run.code()).as(line + "\n" + run.out() + run.err()).isZero();
    if (end > 0) Files.writeString(Path.of(words[end + 1]), run.out());
    return run.out();
  }

  @Test
  void everyCommandOfThePageDoesWhatThePageSays() throws Exception {
    copy();
    List<String> done = new ArrayList<>();
    Map<String, String> said = new LinkedHashMap<>();
    Path config = folder.resolve("examples/gateway/kedge.yaml");
    try (RunningServe serve = RunningServe.computing(config, folder)) {
      assertThat(serve.ready()).as("%s", serve).endsWith(" models auto,desk,order-desk");
      port = serve.url().replaceAll(".*:(\\d+)/.*", "$1");
      for (String line : commands()) {
        String out = line.endsWith("&") ? "" : run(line);
        if (line.contains(" load ")) answered = only(out, "answered (\\d+)");
        if (line.endsWith("capture list")) out = untilAllAreKept(line, out);
        said.put(line, out);
        if (line.startsWith("./kedge gate desk")) gate = only(out, "gate (\\S+): PASS");
        if (line.contains("label sheet")) fill(line);
        done.add(line.replaceAll("^\\./kedge |^export ", "").split(" ", 2)[0]);
      }
      serve.end();
    } finally {
      System.clearProperty(DataFolder.property("KEDGE_CONFIG"));
    }
    assertThat(done).contains("serve", "load", "capture", "eval", "label", "quantize", "gate");
    String all = String.join("\n", said.values());
    assertThat(all).contains("masked in the holdout", "Cohen's kappa, anna and ben", "@2:");
    assertThat(all).contains("approved", "The evidence holds.");
  }

  /* Exchanges reach the disk up to a second after their answers. */
  private String untilAllAreKept(String line, String first) throws Exception {
    String listed = first;
    for (int i = 0; i < 100 && !listed.matches("(?s).* " + answered + " .*"); i++) {
      Thread.sleep(100);
      listed = run(line);
    }
    assertThat(listed).contains(" " + answered + " ");
    return listed;
  }

  private static String only(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  /** What people do with the sheet that a command wrote; ben slips in the first example. */
  private void fill(String line) throws IOException {
    Path sheet = folder.resolve(only(line, "--out (\\S+)"));
    List<String> filled = new ArrayList<>();
    for (String text : Files.readAllLines(sheet)) {
      ObjectNode item = (ObjectNode) JSON.readTree(text);
      JsonNode answer = answer(item.get("input").stringValue());
      if (line.contains("--disputes")) {
        item.set("decision", answer);
        item.put("reason", "as the guide says");
      } else {
        boolean slip = line.contains("ben") && filled.isEmpty();
        item.set("label", slip ? JSON.readTree("{\"refusal\":\"out_of_scope\"}") : answer);
        if (slip && item.get("label").equals(answer)) {
          item.set(
              "label", JSON.readTree("{\"queries\":[{\"find\":\"orders\",\"show\":\"list\"}]}"));
        }
      }
      filled.add(item.toString());
    }
    assertThat(filled).hasSizeGreaterThanOrEqualTo(line.contains("--disputes") ? 1 : 40);
    Files.write(sheet, filled);
  }

  /** The right answer; what was masked in an inquiry stands masked in its answer. */
  private JsonNode answer(String input) {
    if (right.containsKey(input)) return right.get(input);
    List<String> masks = MASK.matcher(input).results().map(MatchResult::group).toList();
    StringBuilder pattern = new StringBuilder();
    for (String part : MASK.split(input, -1)) pattern.append("(.+?)").append(Pattern.quote(part));
    for (Map.Entry<String, JsonNode> one : right.entrySet()) {
      Matcher matcher =
          Pattern.compile(pattern.substring("(.+?)".length()), Pattern.DOTALL)
              .matcher(one.getKey());
      if (masks.isEmpty() || !matcher.matches()) continue;
      String text = one.getValue().toString();
      for (int i = 0; i < masks.size(); i++)
        text = text.replace(matcher.group(i + 1), masks.get(i));
      return JSON.readTree(text);
    }
    throw new AssertionError("no inquiry of the example: " + input);
  }
}
