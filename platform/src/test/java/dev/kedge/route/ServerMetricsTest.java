package dev.kedge.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.UpstreamKind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMetricsTest {
  private static ServerLoad read(UpstreamKind kind, String page) {
    return ServerMetrics.of(kind).read(page.getBytes(UTF_8));
  }

  @Test
  void vllmTellsQueueAndCacheUnderItsNewAndItsOldName() {
    String page =
        """
        # HELP vllm:num_requests_running Number of requests in model execution batches.
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="meta-llama/Llama"} 3.0
        vllm:num_requests_running{engine="1",model_name="meta-llama/Llama"} 4.0
        vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama"} 1.2e+01
        vllm:kv_cache_usage_perc{engine="0"} 0.25
        vllm:kv_cache_usage_perc{engine="1"} 0.75
        vllm:gpu_cache_usage_perc{engine="0"} 0.9
        """;
    assertThat(read(UpstreamKind.VLLM, page)).isEqualTo(new ServerLoad(7, 12, 0.5));
    assertThat(read(UpstreamKind.VLLM, page.replace("kv_cache", "xv_cache")).cacheUse())
        .isEqualTo(0.9);
  }

  @Test
  void namesThatOnlyBeginOrEndAlikeDoNotMatch() {
    String page =
        """
        vllm:num_requests_running_total 1
        vllm:num_requests_running_bucket{le="1"} 2
        avllm:num_requests_running 3
        vllm:num_requests_runnin 4
        #vllm:num_requests_running 5
        vllm:num_requests_waiting_by_reason{reason="capacity"} 6
        vllm:NUM_REQUESTS_WAITING 7
        other{text="vllm:num_requests_running 8"} 9
        """;
    assertThat(read(UpstreamKind.VLLM, page)).isEqualTo(ServerLoad.UNKNOWN);
  }

  @Test
  void theOtherServersAreReadByTheirOwnNames() {
    assertThat(
            read(
                UpstreamKind.SGLANG,
                "sglang:num_running_reqs{model_name=\"m\"} 5\n"
                    + "sglang:num_queue_reqs{model_name=\"m\"} 2\n"
                    + "sglang:token_usage{model_name=\"m\"} 0.28\n"))
        .isEqualTo(new ServerLoad(5, 2, 0.28));
    assertThat(
            read(
                UpstreamKind.TRTLLM,
                "trtllm_num_requests_running 5\ntrtllm_num_requests_waiting 2\n"
                    + "trtllm_kv_cache_utilization 0.28\n"))
        .isEqualTo(new ServerLoad(5, 2, 0.28));
    assertThat(
            read(
                UpstreamKind.TRITON,
                """
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="context",version="1"} 9
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="scheduled",version="1"} 5
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="waiting",version="1"} 2
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="max",version="1"} 512
                nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="tensorrt_llm"} 0.28
                nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="tensorrt_llm"} 6239
                """))
        .isEqualTo(new ServerLoad(5, 2, 0.28));
    assertThat(
            read(
                UpstreamKind.LLAMACPP,
                "llamacpp:requests_processing 5\nllamacpp:requests_deferred 2\n"))
        .isEqualTo(new ServerLoad(5, 2, Double.NaN));
    assertThat(read(UpstreamKind.OPENAI, "vllm:num_requests_running 1"))
        .isEqualTo(ServerLoad.UNKNOWN);
  }

  @Test
  void labelsMayHoldAnythingThatIsEscaped() {
    String name = "nv_trt_llm_request_metrics";
    String page =
        name
            + "{ model = \"a \\\"quoted\\\" } \\\\ brace, 7\" , request_type=\"waiting\", } 3"
            + " 1700000000000\r\n"
            + name
            + "{model=\"request_type=\\\"waiting\\\"\"} 50\n"
            + name
            + "{request_type=\"wait\\ning\"} 60\n";
    assertThat(read(UpstreamKind.TRITON, page).waiting()).isEqualTo(3);
  }

  @Test
  void valuesThatMakeNoSenseAreMissing() {
    for (String value :
        new String[] {
          "NaN", "+Inf", "-Inf", "-1", "", "abc", "0x1p3", "1d", "1e", "1e999", "\"3\"", "1_0"
        }) {
      ServerLoad load = read(UpstreamKind.VLLM, "vllm:num_requests_waiting " + value + "\n");
      assertThat(load.waiting()).as(value).isNaN();
    }
    assertThat(read(UpstreamKind.VLLM, "vllm:kv_cache_usage_perc 87").cacheUse())
        .as("a share is at most one")
        .isEqualTo(1);
  }

  @Test
  void aBrokenLineDoesNotHideTheOthers() {
    String page =
        "vllm:num_requests_running{a=\"unclosed 1\nvllm:num_requests_running{a} 2\n{} 3\n"
            + "vllm:num_requests_running{a=\"x\"b=\"y\"} 4\n\n \t\nvllm:num_requests_running\t8 ";
    assertThat(read(UpstreamKind.VLLM, page).running()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noPageHoweverBrokenStopsTheReading(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String[] pieces = {
      "vllm:num_requests_running",
      "nv_trt_llm_request_metrics",
      "{",
      "}",
      "\"",
      "\\",
      "=",
      ",",
      " ",
      "\n",
      "\r",
      "\t",
      "#",
      "1",
      "e",
      "NaN",
      "request_type",
      "waiting",
      "\u00ff",
      "\0"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder page = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--)
        page.append(pieces[random.nextInt(pieces.length)]);
      byte[] bytes = page.toString().getBytes(ISO_8859_1);
      for (UpstreamKind kind : UpstreamKind.values()) {
        ServerLoad load = ServerMetrics.of(kind).read(bytes);
        assertThat(load.running() < 0 || load.waiting() < 0 || load.cacheUse() > 1).isFalse();
      }
    }
  }
}
