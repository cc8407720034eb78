package dev.kedge.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import dev.kedge.wire.openai.CompletionReader;
import dev.kedge.wire.openai.EmbeddingReader;
import dev.kedge.wire.openai.ResponseReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class UnsupportedFieldsTest {
  private static final JsonMapper JSON = new JsonMapper();

  /* Below these fields anything may stand. */
  private static final Set<String> FREE =
      Set.of("parameters", "schema", "input_schema", "input", "metadata", "cache_control");

  private static ApiRequest read(Api api, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return switch (api) {
      case CHAT_COMPLETIONS -> ChatReader.read(bytes);
      case COMPLETIONS -> CompletionReader.read(bytes);
      case EMBEDDINGS -> EmbeddingReader.read(bytes);
      case RESPONSES -> ResponseReader.read(bytes);
      case MESSAGES -> MessagesReader.read(bytes);
    };
  }

  private static void check(Api api, String body) {
    UnsupportedFields.refuseUnsupported(read(api, body));
  }

  private static String least(Api api, String more) {
    String head = "{\"model\":\"m\"" + (more.isEmpty() ? "" : "," + more);
    return switch (api) {
      case CHAT_COMPLETIONS ->
          more.contains("\"messages\"")
              ? head + "}"
              : head + ",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
      case COMPLETIONS -> head + ",\"prompt\":\"a\"}";
      case EMBEDDINGS -> head + ",\"input\":\"a\"}";
      case RESPONSES -> more.contains("\"input\"") ? head + "}" : head + ",\"input\":\"a\"}";
      case MESSAGES ->
          head
              + ",\"max_tokens\":9"
              + (more.contains("\"messages\"")
                  ? "}"
                  : ",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
    };
  }

  /** A body with all that the records hold or that does no harm. */
  private static String rich(Api api) {
    String sampling =
        """
        "temperature":0.5,"top_p":0.9,"top_k":4,"seed":1,"stream":true,"user":"u","metadata":{"a":"b"},
        "min_p":0.1,"presence_penalty":1,"frequency_penalty":1,"repetition_penalty":1.1,
        "stop":["x"],"ignore_eos":false,"store":false,"safety_identifier":"s","prompt_cache_key":"k",
        "prompt_cache_retention":"24h","service_tier":"auto","logit_bias":{},
        "stream_options":{"include_obfuscation":false},
        """;
    return switch (api) {
      case CHAT_COMPLETIONS ->
          "{"
              + sampling
              + """
              "model":"m","n":2,"logprobs":true,"top_logprobs":2,"max_tokens":5,"max_completion_tokens":5,
              "parallel_tool_calls":false,"tool_choice":{"type":"function","function":{"name":"f"}},
              "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
                "parameters":{"type":"object","properties":{"x":{}}}}}],
              "response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d",
                "schema":{"type":"object"},"strict":true}},
              "functions":[],"function_call":"none","modalities":["text"],"reasoning_effort":"none",
              "verbosity":"medium","messages":[
                {"role":"system","content":"s"},{"role":"user","name":"n","content":[
                  {"type":"text","text":"t"},
                  {"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"auto"}}]},
                {"role":"assistant","content":[{"type":"refusal","refusal":"no"}],"refusal":null,
                  "reasoning_content":"r","annotations":[],"tool_calls":[{"id":"c","type":"function",
                  "function":{"name":"f","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"c","content":"x"}]}\
              """;
      case COMPLETIONS ->
          "{"
              + sampling
              + """
              "model":"m","n":2,"logprobs":2,"max_tokens":5,"echo":false,"suffix":"","best_of":1,
              "prompt":["a"]}\
              """;
      case EMBEDDINGS ->
          """
          {"model":"m","input":["a"],"dimensions":3,"encoding_format":"float","user":"u"}\
          """;
      case RESPONSES ->
          "{"
              + sampling
              + """
              "model":"m","instructions":"i","max_output_tokens":5,"top_logprobs":1,"background":false,
              "parallel_tool_calls":true,"truncation":"disabled","reasoning":{"effort":"none"},
              "include":["reasoning.encrypted_content","message.output_text.logprobs"],
              "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},
                "strict":true},"verbosity":"medium"},
              "tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},
                "strict":true}],"tool_choice":{"type":"function","name":"f"},"input":[
                {"role":"user","content":"a"},
                {"type":"message","role":"user","content":[{"type":"input_text","text":"t"},
                  {"type":"input_image","image_url":"https://x/y","detail":"auto"}]},
                {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"s"}],
                  "encrypted_content":"e","status":"completed"},
                {"type":"message","id":"m","status":"completed","role":"assistant","content":[
                  {"type":"output_text","text":"t","annotations":[],"logprobs":[]},
                  {"type":"refusal","refusal":"no"}]},
                {"type":"function_call","id":"f","call_id":"c","name":"f","arguments":"{}",
                  "status":"completed"},
                {"type":"function_call_output","call_id":"c","output":[
                  {"type":"input_text","text":"x"}]}]}\
              """;
      case MESSAGES ->
          """
          {"model":"m","max_tokens":5,"temperature":0.5,"top_k":3,"top_p":0.9,"stream":true,"seed":1,
          "stop_sequences":["x"],"metadata":{"user_id":"u"},"service_tier":"auto",
          "thinking":{"type":"disabled"},"cache_control":{"type":"ephemeral"},
          "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}},
          "system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
          "tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,
            "type":"custom","cache_control":{"type":"ephemeral"}}],
          "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"messages":[
            {"role":"user","content":[{"type":"text","text":"t","citations":[]},
              {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
              {"type":"image","source":{"type":"url","url":"https://x/y"}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
              {"type":"redacted_thinking","data":"d"},
              {"type":"tool_use","id":"c","name":"f","input":{"x":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","is_error":true,
              "content":[{"type":"text","text":"x"}]}]}]}\
          """;
    };
  }

  @ParameterizedTest
  @EnumSource
  void whatTheRecordsHoldOrDoesNoHarmIsTaken(Api api) {
    assertThatCode(() -> check(api, rich(api))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void aFieldThatNobodyKnowsIsNamedWhereverItStands(Api api) {
    ObjectNode body = (ObjectNode) JSON.readTree(rich(api));
    List<String> places = new ArrayList<>();
    eachObject(
        body,
        "",
        object -> {
          object.put("unheard_of", 1);
          String place = refused(() -> check(api, body.toString())).replaceAll("unheard_of.*", "");
          places.add(place);
          object.putNull("unheard_of");
          assertThatCode(() -> check(api, body.toString())).doesNotThrowAnyException();
          object.remove("unheard_of");
        });
    assertThat(places).doesNotHaveDuplicates().contains("");
  }

  private static String refused(Runnable call) {
    try {
      call.run();
    } catch (KedgeException e) {
      assertThat(e.failure().code()).isEqualTo("unsupported_parameter");
      return ((Failure.Invalid) e.failure()).parameter();
    }
    throw new AssertionError("was taken");
  }

  private static void eachObject(JsonNode node, String name, Consumer<ObjectNode> visit) {
    if (FREE.contains(name) && !node.isArray()) return;
    if (node.isObject() && node.path("type").asString("").equals("reasoning")) return;
    if (name.equals("logit_bias")) return;
    if (node instanceof ObjectNode object) visit.accept(object);
    if (node.isObject()) {
      List.copyOf(node.properties())
          .forEach(field -> eachObject(field.getValue(), field.getKey(), visit));
    }
    if (node.isArray())
      node.forEach(one -> eachObject(one, name.equals("input") ? "" : name, visit));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "CHAT_COMPLETIONS; \"x\":[[]]; x",
        "CHAT_COMPLETIONS; \"logit_bias\":{\"5\":1}; logit_bias",
        "CHAT_COMPLETIONS; \"functions\":[{}]; functions",
        "CHAT_COMPLETIONS; \"function_call\":\"auto\"; function_call",
        "CHAT_COMPLETIONS; \"tools\":[{\"type\":\"custom\"}]; tools[0].type",
        "CHAT_COMPLETIONS; \"tool_choice\":{\"type\":\"allowed_tools\"}; tool_choice.type",
        "CHAT_COMPLETIONS; \"response_format\":{\"type\":\"grammar\"}; response_format.type",
        "CHAT_COMPLETIONS; \"modalities\":[\"audio\"]; modalities",
        "CHAT_COMPLETIONS; \"audio\":{}; audio",
        "CHAT_COMPLETIONS; \"prediction\":{}; prediction",
        "CHAT_COMPLETIONS; \"reasoning_effort\":\"high\"; reasoning_effort",
        "CHAT_COMPLETIONS; \"verbosity\":\"low\"; verbosity",
        "CHAT_COMPLETIONS; \"web_search_options\":{}; web_search_options",
        "CHAT_COMPLETIONS; \"guided_json\":{}; guided_json",
        "CHAT_COMPLETIONS; \"store\":true; store",
        "CHAT_COMPLETIONS; \"service_tier\":\"flex\"; service_tier",
        "CHAT_COMPLETIONS; \"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true};"
            + " stream_options.continuous_usage_stats",
        "CHAT_COMPLETIONS; \"messages\":[{\"role\":\"function\",\"name\":\"f\",\"content\":\"\"}];"
            + " messages[0].role",
        "CHAT_COMPLETIONS;"
            + " \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\"}]}];"
            + " messages[0].content[0].type",
        "CHAT_COMPLETIONS; \"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}];"
            + " messages[0].audio",
        "COMPLETIONS; \"echo\":true; echo",
        "COMPLETIONS; \"suffix\":\"x\"; suffix",
        "COMPLETIONS; \"best_of\":2; best_of",
        "COMPLETIONS; \"best_of\":1e400; best_of",
        "COMPLETIONS; \"logit_bias\":{\"1\":1}; logit_bias",
        "EMBEDDINGS; \"input_type\":\"query\"; input_type",
        "RESPONSES; \"max_tool_calls\":3; max_tool_calls",
        "RESPONSES; \"prompt\":{\"id\":\"p\"}; prompt",
        "RESPONSES; \"truncation\":\"auto\"; truncation",
        "RESPONSES; \"reasoning\":{\"effort\":\"high\"}; reasoning.effort",
        "RESPONSES; \"reasoning\":{\"summary\":\"auto\"}; reasoning.summary",
        "RESPONSES; \"include\":[\"file_search_call.results\"]; include",
        "RESPONSES; \"tools\":[{\"type\":\"web_search\"}]; tools[0].type",
        "RESPONSES; \"input\":[{\"type\":\"computer_call\"}]; input[0].type",
        "RESPONSES; \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\"}]}];"
            + " input[0].content[0].type",
        "RESPONSES; \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\","
            + "\"file_id\":\"f\"}]}]; input[0].content[0].file_id",
        "MESSAGES; \"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}; thinking.type",
        "MESSAGES; \"output_config\":{\"effort\":\"low\"}; output_config.effort",
        "MESSAGES; \"mcp_servers\":[{}]; mcp_servers",
        "MESSAGES; \"container\":\"c\"; container",
        "MESSAGES; \"context_management\":{}; context_management",
        "MESSAGES; \"tools\":[{\"type\":\"bash_20250124\",\"name\":\"bash\"}]; tools[0].type",
        "MESSAGES; \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\"}]}];"
            + " messages[0].content[0].type",
        "MESSAGES; \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
            + "\"tool_use_id\":\"t\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"url\","
            + "\"url\":\"https://x\"}}]}]}]; messages[0].content[0].content[0].type"
      })
  void whatWouldBeLostIsNamed(Api api, String fields, String name) {
    assertThat(refused(() -> check(api, least(api, fields)))).isEqualTo(name);
  }

  @Test
  void aLongNameIsShortened() {
    String body = least(Api.EMBEDDINGS, "\"" + "x".repeat(900) + "\":1");
    assertThat(refused(() -> check(Api.EMBEDDINGS, body))).startsWith("xxx").hasSizeLessThan(70);
  }
}
