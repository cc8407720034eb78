package dev.kedge.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.KedgeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The manifests fit the types that Kubernetes publishes, each other, and the gateway. */
class KubernetesManifestsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("kedge.root", "..")).resolve("ops/kubernetes");
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  @TempDir private Path folder;
  private List<JsonNode> manifests = List.of();
  private JsonNode kustomization = JsonNodeFactory.instance.objectNode();

  @BeforeEach
  void read() throws IOException {
    manifests = new ArrayList<>();
    kustomization = documents("kustomization.yaml").getFirst();
    for (JsonNode file : kustomization.path("resources")) {
      manifests.addAll(documents(file.stringValue()));
    }
  }

  private static List<JsonNode> documents(String file) throws IOException {
    try (var found = YAML.readerFor(JsonNode.class).<JsonNode>readValues(FOLDER.resolve(file))) {
      return found.readAll();
    }
  }

  private JsonNode one(String kind, String name) {
    return manifests.stream()
        .filter(one -> one.path("kind").stringValue("").equals(kind))
        .filter(one -> one.at("/metadata/name").stringValue("").equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyManifestHasTheFieldsAndTypesThatKubernetesPublishes() {
    assertThat(manifests).hasSizeGreaterThan(8);
    for (JsonNode manifest : manifests) {
      assertThat(KubernetesTypes.faults(manifest)).as("%s", manifest.path("kind")).isEmpty();
      assertThat(manifest.at("/metadata/name").stringValue("")).isNotEmpty();
    }
  }

  @Test
  void everyFileIsAppliedOrNamedForAnotherUse() throws IOException {
    List<String> applied = new ArrayList<>();
    kustomization.path("resources").forEach(file -> applied.add(file.stringValue()));
    applied.add("kustomization.yaml");
    applied.add("prometheus-adapter.yaml");
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(f -> f.endsWith(".yaml")))
          .containsExactlyInAnyOrderElementsOf(applied);
    }
  }

  @Test
  void everyValueOfAnotherTypeIsFound() {
    int changed = 0;
    for (JsonNode manifest : manifests) {
      for (String place : leaves(manifest, "")) {
        JsonNode broken = replaced(manifest, place, JsonNodeFactory.instance.objectNode());
        assertThat(KubernetesTypes.faults(broken)).as(place).isNotEmpty();
        changed++;
      }
    }
    assertThat(changed).isGreaterThan(150);
  }

  @ParameterizedTest
  @CsvSource({
    "StatefulSet, periodSeconds, periodSecond, periodSecond is unknown",
    "StatefulSet, containers, container, spec.containers is missing",
    "StatefulSet, matchLabels, matchLabel, matchLabel is unknown",
    "HorizontalPodAutoscaler, maxReplicas, mostReplicas, maxReplicas is missing",
    "HorizontalPodAutoscaler, scaleDown, shrink, shrink is unknown",
    "NetworkPolicy, podSelector, podsSelector, podsSelector is unknown",
    "PodDisruptionBudget, minAvailable, minimum, minimum is unknown",
  })
  void aMisspeltFieldIsFound(String kind, String name, String misspelt, String fault) {
    List<String> faults = new ArrayList<>();
    for (JsonNode manifest : manifests) {
      if (!manifest.path("kind").stringValue("").equals(kind)) continue;
      String text = manifest.toString().replace("\"" + name + "\":", "\"" + misspelt + "\":");
      faults.addAll(KubernetesTypes.faults(YAML.readTree(text)));
    }
    assertThat(faults).anyMatch(one -> one.contains(fault));
  }

  @Test
  void aQuantityThatIsNoneAndAKindThatIsNotPublishedAreFound() {
    ObjectNode claim = (ObjectNode) one("StatefulSet", "kedge").deepCopy();
    ((ObjectNode) claim.at("/spec/volumeClaimTemplates/0/spec/resources/requests"))
        .put("storage", "4Gigs");
    assertThat(KubernetesTypes.faults(claim)).anyMatch(fault -> fault.contains("a quantity"));
    claim.put("apiVersion", "apps/v1beta1");
    assertThat(KubernetesTypes.faults(claim)).anyMatch(fault -> fault.contains("no such type"));
  }

  private static List<String> leaves(JsonNode node, String place) {
    if (node.isEmpty() && node.isContainer()) return List.of();
    if (!node.isContainer()) return List.of(place);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < node.size() && node.isArray(); i++) {
      found.addAll(leaves(node.get(i), place + "/" + i));
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String name = field.getKey().replace("~", "~0").replace("/", "~1");
      found.addAll(leaves(field.getValue(), place + "/" + name));
    }
    return found;
  }

  private static JsonNode replaced(JsonNode manifest, String place, JsonNode value) {
    JsonNode copy = manifest.deepCopy();
    int last = place.lastIndexOf('/');
    String name = place.substring(last + 1).replace("~1", "/").replace("~0", "~");
    JsonNode parent = last == 0 ? copy : copy.at(place.substring(0, last));
    if (parent instanceof ArrayNode list) list.set(Integer.parseInt(name), value);
    else ((ObjectNode) parent).set(name, value);
    return copy;
  }

  private KedgeFile configuration() throws IOException {
    Path file = folder.resolve("kedge.yaml");
    JsonNode text = one("ConfigMap", "kedge-configuration").at("/data/kedge.yaml");
    Files.writeString(file, text.stringValue());
    return KedgeFile.read(file);
  }

  @Test
  void theGatewaysPodFitsItsConfiguration() throws IOException {
    KedgeFile file = configuration();
    JsonNode pod = one("StatefulSet", "kedge").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    assertThat(container.at("/ports/0/containerPort").intValue()).isEqualTo(file.server().port());
    long patience = file.server().grace().toSeconds();
    patience += container.at("/lifecycle/preStop/sleep/seconds").intValue();
    assertThat(pod.path("terminationGracePeriodSeconds").longValue()).isGreaterThan(patience);
    List<String> variables = new ArrayList<>();
    container.path("env").forEach(one -> variables.add("env:" + one.path("name").stringValue()));
    String text = one("ConfigMap", "kedge-configuration").at("/data/kedge.yaml").stringValue();
    assertThat(text.lines().map(String::strip).filter(line -> line.contains(" env:")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(variables).contains(line.substring(line.indexOf("env:"))));
    List<String> mounts = new ArrayList<>();
    container.path("volumeMounts").forEach(one -> mounts.add(one.path("mountPath").stringValue()));
    assertThat(mounts).contains(file.data().orElseThrow().toString(), "/etc/kedge");
    assertThat(container.at("/args/2").stringValue()).isEqualTo("/etc/kedge/kedge.yaml");
  }

  @Test
  void everyAutoscalerScalesAWorkloadThatIsThere() {
    for (JsonNode manifest : manifests) {
      if (!manifest.path("kind").stringValue("").equals("HorizontalPodAutoscaler")) continue;
      JsonNode target = manifest.at("/spec/scaleTargetRef");
      one(target.path("kind").stringValue(), target.path("name").stringValue());
    }
  }
}
