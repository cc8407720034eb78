package dev.kedge.app;

import static dev.kedge.app.RunningGateway.chatBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.backend.upstream.RecordedAnswers;
import dev.kedge.backend.upstream.TestingUpstream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dashboards, alerts and autoscaling ask for is documented and exposed by a real gateway. */
class PublishedMetricsTest {
  private static final Path ROOT = Path.of(System.getProperty("kedge.root", ".."));
  private static final Pattern OURS = Pattern.compile("\\bkedge_[a-z_]+\\b");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{([^}]*)})? ");
  private static final Pattern SAMPLE_NAME = Pattern.compile("(?m)^([a-z_]+)[{ ]");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  @TempDir private Path folder;

  private static Set<String> names(String text, Pattern pattern) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(found.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> named(String file) throws IOException {
    return names(Files.readString(ROOT.resolve(file)), OURS);
  }

  /* The name of the metric behind a histogram's series. */
  private static String metric(String series) {
    return series.replaceFirst("(_seconds)_(bucket|sum|count)$", "$1");
  }

  /** The page of a gateway that has answered, streamed, failed over, refused and captured. */
  private String page() throws IOException {
    try (TestingUpstream one = new TestingUpstream();
        TestingUpstream two = new TestingUpstream();
        RunningGateway gateway = new RunningGateway(folder, yaml(one, two))) {
      two.says(RecordedAnswers.saying("one two three"));
      one.always(new TestingUpstream.Fault.Status(500, "", "{\"error\":{\"message\":\"broken\"}}"));
      assertThat(gateway.chat("big", "\"stream\":true").statusCode()).isEqualTo(200);
      assertThat(gateway.chat("nobody", "").statusCode()).isEqualTo(404);
      assertThat(
              gateway
                  .send(
                      gateway
                          .request("/v1/chat/completions")
                          .header("x-kedge-tag-task", "letters")
                          .POST(HttpRequest.BodyPublishers.ofString(chatBody("big", ""))))
                  .statusCode())
          .isEqualTo(200);
      return gateway.get("/metrics").body();
    }
  }

  private String yaml(TestingUpstream one, TestingUpstream two) throws IOException {
    Path tiny = TinyModel.write(folder.resolve("tiny.gguf"), 64);
    String upstream =
        """
          - name: %s
            url: %s
            health: {path: none}
            metrics: {path: none}
            models: [{name: big, price: {input: 1, output: 2}}]
        """;
    return "upstreams:\n"
        + upstream.formatted("one", one.url())
        + upstream.formatted("two", two.url())
        + "models: [{name: big, upstreams: [[one], [two]], rollout: {candidate: tiny, mode:"
        + " shadow}}]\n"
        + "engine: [{name: tiny, file: "
        + tiny
        + "}]\n"
        + "capture: [{task: letters}]\n";
  }

  @Test
  void everyMetricOfTheGatewayIsDocumentedAndEveryDocumentedOneIsThere() throws IOException {
    String page = page();
    Set<String> exposed = new TreeSet<>();
    for (String series : names(page, SAMPLE_NAME)) {
      if (series.startsWith("kedge_")) exposed.add(metric(series));
    }
    assertThat(named("docs/METRICS.md")).isEqualTo(exposed);
  }

  @Test
  void dashboardAlertsAndAutoscalingAskForWhatIsThere() throws IOException {
    Set<String> series = names(page(), SAMPLE_NAME);
    for (String file :
        new String[] {
          "ops/grafana/kedge.json",
          "ops/prometheus/alerts.yaml",
          "ops/kubernetes/prometheus-adapter.yaml"
        }) {
      Set<String> asked = named(file);
      asked.remove("kedge_queue_time_p90"); // what the adapter itself makes
      assertThat(asked).as(file).isNotEmpty().allMatch(name -> has(series, name), "is exposed");
    }
  }

  /* Annotations speak of a histogram by its name. */
  private static boolean has(Set<String> series, String name) {
    return series.contains(name) || series.contains(name + "_bucket");
  }

  @Test
  void autoscalersAskForWhatTheAdapterMakes() throws IOException {
    String adapter = Files.readString(ROOT.resolve("ops/kubernetes/prometheus-adapter.yaml"));
    Set<String> made = names(adapter, Pattern.compile("name: \\{as: ([a-z0-9_]+)}"));
    String scaling = Files.readString(ROOT.resolve("ops/kubernetes/autoscaling.yaml"));
    assertThat(names(scaling, Pattern.compile("metric: \\{name: ([a-z0-9_]+)}"))).isEqualTo(made);
    assertThat(adapter).contains("vllm:num_requests_waiting");
  }

  @Test
  void labelsThatAreSelectedByAreThere() throws IOException {
    Set<String> labels = new HashSet<>(Set.of("job", "le"));
    Matcher samples = SAMPLE.matcher(page());
    while (samples.find()) {
      if (samples.group(1).startsWith("kedge_") && samples.group(2) != null) {
        labels.addAll(names(samples.group(2), LABEL));
      }
    }
    Pattern by = Pattern.compile("by \\(([a-z_, ]+)\\)");
    for (String file : new String[] {"ops/grafana/kedge.json", "ops/prometheus/alerts.yaml"}) {
      for (String list : names(Files.readString(ROOT.resolve(file)), by)) {
        assertThat(labels).as(file).contains(list.split(", ?"));
      }
    }
  }
}
