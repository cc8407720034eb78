package dev.kedge.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.app.TinyModel;
import dev.kedge.base.KedgeException;
import dev.kedge.call.AnswerEnd;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.ChatRequest.AnswerFormat;
import dev.kedge.call.ChatRequest.Message;
import dev.kedge.call.ChatRequest.Part;
import dev.kedge.call.ChatRequest.Role;
import dev.kedge.call.ChatRequest.Tool;
import dev.kedge.call.ChatRequest.ToolChoice;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.engine.Engine;
import dev.kedge.engine.EngineOptions;
import dev.kedge.engine.Model;
import dev.kedge.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
class EmbeddedBackendTest {
  private static final String HERMES =
      "{{ bos_token }}{% if tools %}{% for t in tools %}{{ t | tojson }}{% endfor %}{% endif %}"
          + "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}"
          + "{% for c in m.tool_calls or [] %}{{ '<tool_call>\n{\"name\": \"' + c.function.name"
          + " + '\", \"arguments\": ' + (c.function.arguments | tojson) + '}\n</tool_call>' }}"
          + "{% endfor %}{{ '<|end|>' }}{% endfor %}<|assistant|>";
  private static final Source SOURCE =
      new Source(
          Api.CHAT_COMPLETIONS, (ObjectNode) Json.parse("{}".getBytes(StandardCharsets.UTF_8)));
  private static final CallContext CONTEXT = new CallContext("id-1", 0, 7, Long.MAX_VALUE);
  private static final Tool SWITCH =
      new Tool(
          "switch",
          "Switches a light",
          "{\"type\":\"object\",\"properties\":{\"on\":{\"type\":\"boolean\"},\"room\":{\"enum\":[\"hall\"]}},"
              + "\"required\":[\"on\",\"room\"]}",
          true);

  @TempDir private Path folder;

  private interface Use {
    void with(EmbeddedBackend backend) throws Exception;
  }

  private void serve(String template, Use use) throws Exception {
    try (Model model = Model.load(TinyModel.write(folder.resolve("m.gguf"), 2048, template));
        Engine engine = Engine.start(model, EngineOptions.defaults())) {
      use.with(new EmbeddedBackend("tiny", model, engine));
    }
  }

  private static Settings settings(int maxTokens) {
    return Settings.UNSET.withMaxTokens(maxTokens);
  }

  private static ChatRequest chat(
      List<Message> messages, List<Tool> tools, ToolChoice choice, AnswerFormat format) {
    return new ChatRequest(
        "tiny", messages, tools, choice, true, format, settings(400), false, false, SOURCE);
  }

  private static Message user(String text) {
    return new Message(Role.USER, List.of(new Part.Text(text)), Optional.empty());
  }

  private static List<AnswerPart> read(Answer answer) throws InterruptedException {
    List<AnswerPart> parts = new ArrayList<>();
    do parts.add(answer.next());
    while (!(parts.getLast() instanceof AnswerPart.End));
    return parts;
  }

  private static String text(List<AnswerPart> parts) {
    StringBuilder text = new StringBuilder();
    for (AnswerPart part : parts) if (part instanceof AnswerPart.Text t) text.append(t.text());
    return text.toString();
  }

  private static CallContext of(String tenant) {
    return new CallContext("id-2", 0, 7, Long.MAX_VALUE, false, Map.of(), tenant, 0);
  }

  private static long cached(EmbeddedBackend backend, String tenant) throws InterruptedException {
    ChatRequest request =
        chat(
            List.of(user("the same long text ".repeat(40))),
            List.of(),
            new ToolChoice.Auto(),
            new AnswerFormat.Text());
    List<AnswerPart> parts = read(backend.start(request, of(tenant)));
    return ((AnswerPart.End) parts.getLast()).tokens().cachedInput();
  }

  @Test
  void nobodyLearnsFromTheCacheWhatAnotherTenantSent() throws Exception {
    serve(
        HERMES,
        backend -> {
          assertThat(cached(backend, "a")).isZero();
          assertThat(cached(backend, "b")).isZero();
          assertThat(cached(backend, "a")).isPositive();
          assertThat(cached(backend, "b")).isPositive();
        });
  }

  @Test
  void anAnswerHasTheFormOfItsSchema() throws Exception {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"n\":{\"enum\":[1,2]}},\"required\":[\"n\"]}";
    serve(
        HERMES,
        backend -> {
          AnswerFormat form = new AnswerFormat.JsonSchema("form", schema, true);
          ChatRequest request = chat(List.of(user("hi")), List.of(), new ToolChoice.Auto(), form);
          assertThat(text(read(backend.start(request, CONTEXT)))).matches("\\{\"n\": ?[12]}");
          AnswerFormat wrong = new AnswerFormat.JsonSchema("form", "{\"not\":{}}", true);
          assertThatThrownBy(() ->
                  backend.start(
                      chat(List.of(user("hi")), List.of(), new ToolChoice.Auto(), wrong), CONTEXT))
              .isInstanceOf(KedgeException.class)
              .hasMessageContaining("'not' at #");
        });
  }

  @Test
  void aForcedCallIsACallOfTheTool() throws Exception {
    serve(
        HERMES,
        backend -> {
          ChatRequest request =
              chat(
                  List.of(user("light!")),
                  List.of(SWITCH),
                  new ToolChoice.Named("switch"),
                  new AnswerFormat.Text());
          List<AnswerPart> parts = read(backend.start(request, CONTEXT));
          assertThat(text(parts)).isEmpty();
          AnswerPart.ToolCall call =
              (AnswerPart.ToolCall)
                  parts.stream().filter(AnswerPart.ToolCall.class::isInstance).findFirst().get();
          assertThat(call.name()).isEqualTo("switch");
          StringBuilder arguments = new StringBuilder();
          for (AnswerPart part : parts) {
            if (part instanceof AnswerPart.ToolArguments more) arguments.append(more.json());
          }
          assertThat(arguments.toString())
              .matches("\\{\"on\": ?(true|false), ?\"room\": ?\"hall\"}");
          assertThat(parts)
              .contains(new AnswerPart.Finish(0, AnswerEnd.TOOL_CALLS, Optional.empty()));
          // The call and its result are part of the next prompt.
          Message said =
              new Message(
                  Role.ASSISTANT,
                  List.of(new Part.ToolUse(call.id(), "switch", arguments.toString())),
                  Optional.empty());
          Message result =
              new Message(
                  Role.TOOL,
                  List.of(new Part.ToolResult(call.id(), "done", false)),
                  Optional.empty());
          ChatRequest next =
              chat(
                  List.of(user("light!"), said, result),
                  List.of(SWITCH),
                  new ToolChoice.None(),
                  new AnswerFormat.JsonObject());
          String prompt =
              backend.tokens().orElseThrow().decode(backend.tokens().get().encode(next));
          // This model has no token for a space, so it comes back as its sign.
          assertThat(prompt.replace('▁', ' '))
              .contains("{\"name\": \"switch\", \"arguments\": {\"on\": ")
              .contains("done");
        });
  }

  @Test
  void toolsAreRefusedWhereTheTemplateKnowsNone() throws Exception {
    serve(
        "{% for m in messages %}{{ m.content }}{% endfor %}",
        backend ->
            assertThatThrownBy(() ->
                    backend.start(
                        chat(
                            List.of(user("a")),
                            List.of(SWITCH),
                            new ToolChoice.Auto(),
                            new AnswerFormat.Text()),
                        CONTEXT))
                .isInstanceOf(KedgeException.class)
                .hasMessageContaining("knows no calls of tools"));
  }

  @Test
  void aTemplateThatCannotBeReadRefusesChatsOnly() throws Exception {
    serve(
        "{% if %}",
        backend -> {
          assertThatThrownBy(() ->
                  backend.start(
                      chat(
                          List.of(user("a")),
                          List.of(),
                          new ToolChoice.Auto(),
                          new AnswerFormat.Text()),
                      CONTEXT))
              .isInstanceOf(KedgeException.class)
              .hasMessageContaining("cannot be read");
          CompletionRequest plain =
              new CompletionRequest(
                  "tiny", List.of(new TextInput.Text("abc")), settings(5), false, false, SOURCE);
          assertThat(read(backend.start(plain, CONTEXT)).getLast())
              .isInstanceOf(AnswerPart.End.class);
        });
  }

  @Test
  void textsBecomeVectorsInOrder() throws Exception {
    serve(
        HERMES,
        backend -> {
          List<TextInput> inputs = new ArrayList<>();
          for (int i = 0; i < 9; i++) inputs.add(new TextInput.Text("text " + i % 3));
          EmbeddingRequest request =
              new EmbeddingRequest("tiny", inputs, OptionalInt.empty(), false, SOURCE);
          List<AnswerPart> parts = read(backend.start(request, CONTEXT));
          assertThat(parts).hasSize(10);
          for (int i = 0; i < 9; i++) {
            AnswerPart.Vector vector = (AnswerPart.Vector) parts.get(i);
            assertThat(vector.input()).isEqualTo(i);
            assertThat(vector.values()).isEqualTo(((AnswerPart.Vector) parts.get(i % 3)).values());
          }
          assertThat(((AnswerPart.End) parts.getLast()).tokens().input()).isEqualTo(9 * 9);
          assertThatThrownBy(() ->
                  backend.start(
                      new EmbeddingRequest("tiny", inputs, OptionalInt.of(3), false, SOURCE),
                      CONTEXT))
              .hasMessageContaining("dimensions");
        });
  }
}
