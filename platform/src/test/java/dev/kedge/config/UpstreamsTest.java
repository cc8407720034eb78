package dev.kedge.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.base.TokenPrice;
import dev.kedge.call.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamsTest {
  private static final String SMALLEST =
      """
      upstreams:
        - name: vllm-a
          url: http://10.0.0.5:8000/v1
          models: [{name: llama}]
      """;

  @TempDir Path folder;

  private static Upstreams read(String yaml) {
    return ConfigFile.parse(yaml, "kedge.yaml", Upstreams.class);
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    Upstreams read = read(SMALLEST);
    UpstreamSection upstream = read.upstreams().getFirst();
    assertThat(read.models()).isEmpty();
    assertThat(upstream.kind()).isEqualTo(UpstreamKind.OPENAI);
    assertThat(upstream.dialect()).isEqualTo(Dialect.OPENAI);
    assertThat(upstream.key()).isEmpty();
    assertThat(upstream.timeouts().firstToken()).isEqualTo(Duration.ofSeconds(60));
    assertThat(upstream.health().probed()).isEmpty();
    assertThat(upstream.metrics().read()).isEmpty();
    assertThat(upstream.model("llama").orElseThrow().id()).isEqualTo("llama");
    assertThat(upstream.model("llama").orElseThrow().price().perToken()).isEqualTo(TokenPrice.FREE);
    assertThat(upstream.breaker()).isEqualTo(BreakerSection.DEFAULT);
  }

  @Test
  void everyKeyIsRead() {
    Upstreams read =
        read(
            """
            upstreams:
              - name: vllm-a
                url: https://gpu.example/team/v1/
                dialect: openai
                kind: vllm
                key: env:VLLM_KEY
                region: eu
                headers: {X-Team: sales}
                limits: {concurrency: 64}
                timeouts: {connect: 500ms, first_token: 1m, between_tokens: 1.5s, total: 1h}
                health: {interval: 10s, timeout: 1s, failures: 3}
                metrics: {path: none}
                breaker: {failures: 3, failure_rate: 0.2, window: 1m, least_calls: 5, pause: 1s, longest_pause: 9s}
                models:
                  - {name: llama, id: meta/Llama, price: {input: 0.60, cached: 0.10, output: 0.80}, context: 8192}
            models:
              - name: llama
                upstreams: [[vllm-a]]
                last_resort: small
                queue: {places: 8, waiting: 16}
            """);
    read.check(Set.of("small"));
    UpstreamSection upstream = read.upstreams().getFirst();
    assertThat(upstream.timeouts().connect()).isEqualTo(Duration.ofMillis(500));
    assertThat(upstream.timeouts().betweenTokens()).isEqualTo(Duration.ofMillis(1500));
    assertThat(upstream.headers()).isEqualTo(Map.of("X-Team", "sales"));
    assertThat(upstream.onServer("/health")).hasToString("https://gpu.example/team/health");
    assertThat(upstream.health().probed()).contains("/health");
    assertThat(upstream.metrics().read()).isEmpty();
    assertThat(upstream.key()).contains(new SecretReference("env:VLLM_KEY"));
    TokenPrice price = upstream.model("llama").orElseThrow().price().perToken();
    assertThat(price.cacheWrite()).isEqualTo(price.input());
    assertThat(price.cachedInput()).isEqualTo(100_000_000);
    assertThat(read.models().getFirst().queue().places()).isEqualTo(8);
  }

  @Test
  void wrongValuesAreNamedWithTheirPlace() {
    assertThatThrownBy(() -> read(SMALLEST + "    timeouts: {connect: PT2S}\n"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("kedge.yaml:5")
        .hasMessageContaining("timeouts.connect")
        .hasMessageContaining("'PT2S' is no length of time");
    assertThatThrownBy(() -> read(SMALLEST + "    timeouts: {connect: [2]}\n"))
        .hasMessageContaining("timeouts.connect");
    assertThatThrownBy(() -> read(SMALLEST + "    breaker: {failure_rat: 0.5}\n"))
        .hasMessageContaining("did you mean 'failure_rate'");
    assertThatThrownBy(() -> read(SMALLEST + "    limits: {concurrency: 0}\n"))
        .hasMessageContaining("concurrency must be from 1");
    assertThatThrownBy(() -> read(SMALLEST.replace("http://", "ftp://")))
        .hasMessageContaining("url must be http://");
    assertThatThrownBy(() -> read(SMALLEST.replace("http://", "http://user:word@")))
        .hasMessageContaining("url must be http://");
    assertThatThrownBy(() -> read(SMALLEST.replace("[{name: llama}]", "[]")))
        .hasMessageContaining("serves no model");
    assertThatThrownBy(() -> read(SMALLEST.replace("vllm-a", "\"vllm a\"")))
        .hasMessageContaining("name may have");
    assertThatThrownBy(() -> read(SMALLEST + "    health: {path: health}\n"))
        .hasMessageContaining("path must begin with /");
  }

  @Test
  void aKeyWrittenOutIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> read(SMALLEST + "    key: sk-verysecret\n"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("named by its place")
        .message()
        .doesNotContain("verysecret");
  }

  @Test
  void namesMustBeUniqueAndDeclared() {
    Upstreams twice = read(SMALLEST + SMALLEST.substring(SMALLEST.indexOf('\n') + 1));
    assertThatThrownBy(() -> twice.check(Set.of()))
        .hasMessageContaining("two upstreams have the name 'vllm-a'");
    String model = SMALLEST + "models:\n  - {name: llama, upstreams: [[%s]]%s}\n";
    assertThatThrownBy(() -> read(model.formatted("vlm-a", "")).check(Set.of()))
        .hasMessageContaining("unknown upstream 'vlm-a'; did you mean 'vllm-a'?");
    assertThatThrownBy(
            () -> read(model.formatted("vllm-a", ", last_resort: smal")).check(Set.of("small")))
        .hasMessageContaining("last resort 'smal'")
        .hasMessageContaining("did you mean 'small'");
    assertThatThrownBy(() ->
            read(model.replace("{name: llama, up", "{name: lama, up").formatted("vllm-a", ""))
                .check(Set.of()))
        .hasMessageContaining("does not serve the model 'lama'")
        .hasMessageContaining("did you mean 'llama'");
    assertThatThrownBy(() -> read(model.formatted("vllm-a, vllm-a", "")))
        .hasMessageContaining("twice");
    assertThatThrownBy(
            () -> read(SMALLEST + "models: [{name: llama}, {name: llama}]\n").check(Set.of()))
        .hasMessageContaining("two models have the name 'llama'");
  }

  @Test
  void everyModelHasSomebodyWhoAnswersIt() {
    String tiers = SMALLEST + "models:\n  - {name: auto, tiers: {small: %s, large: llama}}\n";
    read(tiers.formatted("tiny")).check(Set.of("tiny"));
    assertThatThrownBy(() -> read(tiers.formatted("lama")).check(Set.of()))
        .hasMessageContaining("unknown model 'lama'; did you mean 'llama'?");
    assertThatThrownBy(() -> read(SMALLEST + "models: [{name: lama}]\n").check(Set.of()))
        .hasMessageContaining("nothing serves it; did you mean 'llama'?");
    assertThatThrownBy(
            () -> read(tiers.formatted("tiny").replace("auto,", "auto, upstreams: [[vllm-a]],")))
        .hasMessageContaining("'auto' has tiers");
  }

  @Test
  void aSecretIsReadFromItsPlaceAndAMissingOneIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "abc\n");
    assertThat(new SecretReference("file:" + file).read()).isEqualTo("abc");
    assertThat(new SecretReference("env:K").read(Map.of("K", " xyz ")::get)).isEqualTo("xyz");
    assertThatThrownBy(() -> new SecretReference("env:K").read(_ -> null))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("env:K is missing");
    assertThatThrownBy(() -> new SecretReference("file:" + folder.resolve("none")).read())
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> new SecretReference("env:K").read(_ -> "a\r\nHost: b"))
        .hasMessageContaining("line break");
  }

  @Test
  void quantitiesAreReadExactlyOrRefused() {
    assertThat(Quantity.duration("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(Quantity.duration("0")).isZero();
    assertThat(Quantity.duration("30d")).isEqualTo(Duration.ofDays(30));
    assertThat(Quantity.bytes("8MiB")).isEqualTo(8 << 20);
    assertThat(Quantity.bytes("1.5 kB")).isEqualTo(1500);
    for (String wrong : new String[] {"", "5", "-1s", "s", "1y", "1e9s", "9999999999999d"}) {
      assertThatThrownBy(() -> Quantity.duration(wrong)).hasMessageContaining("no length of time");
    }
    for (String wrong : new String[] {"", "-1", "1.5B", "8mib", "99999999999TiB"}) {
      assertThatThrownBy(() -> Quantity.bytes(wrong)).hasMessageContaining("no size");
    }
  }
}
