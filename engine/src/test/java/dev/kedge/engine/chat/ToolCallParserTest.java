package dev.kedge.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.engine.chat.ToolCallPart.Arguments;
import dev.kedge.engine.chat.ToolCallPart.Begin;
import dev.kedge.engine.chat.ToolCallPart.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolCallParserTest {
  private static final Set<String> NAMES = Set.of("weather", "mail");

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        // Qwen and Hermes.
        "HERMES # No tools here. # No tools here.",
        "HERMES # a < b and <tool_cal or <tool # a < b and <tool_cal or <tool",
        "HERMES # <tool_call>|{'name': 'weather', 'arguments': {'city': 'Köln }'}}|</tool_call>"
            + " # [weather({'city': 'Köln }'})]",
        "HERMES # I look.|<tool_call>|{'name': 'weather', 'arguments': {'a': [1, {'b': '\\''}]}}|"
            + "</tool_call>|<tool_call>{'arguments': {}, 'name': 'mail'}</tool_call> # "
            + "I look.|[weather({'a': [1, {'b': '\\''}]})][mail({})]",
        "HERMES # <tool_call>{'name': 'weather'}</tool_call> # [weather({})]",
        "HERMES # <tool_call>{'name': 'mail', 'arguments': '{\\'to\\': 1}'}</tool_call> bye # "
            + "[mail({'to': 1})] bye",
        "HERMES # <tool_call>{'name': 'mail', 'arguments': {'to': 1}}<tool_call>{'name': 'mail',"
            + " 'arguments': {'to': 2}}</tool_call> # [mail({'to': 1})][mail({'to': 2})]",
        "HERMES # <tool_call>{'name': 'unknown', 'arguments': {}}</tool_call> # "
            + "<tool_call>{'name': 'unknown', 'arguments': {}}</tool_call>",
        "HERMES # <tool_call>no object</tool_call> # <tool_call>no object</tool_call>",
        "HERMES # <tool_call>{'name': 'mail', 'arguments': [1]}</tool_call> #"
            + " [mail()]]}</tool_call>",
        "HERMES # <tool_call>{'name': 'mail', 'arguments': {'to': # [mail({'to':)]",
        "HERMES # <tool_call>{'name': 'ma # <tool_call>{'name': 'ma",
        // Mistral.
        "MISTRAL # [TOOL_CALLS] [{'name': 'weather', 'arguments': {'city': 'x'}, 'id': 'abc'}, "
            + "{'name': 'mail', 'arguments': {}}] # [weather({'city': 'x'})][mail({})]",
        "MISTRAL # [1] and [TOOL] # [1] and [TOOL]",
        "MISTRAL # [TOOL_CALLS]{'name': 'mail'} # [TOOL_CALLS]{'name': 'mail'}",
        "MISTRAL # [TOOL_CALLS][{'name': 'mail', 'arguments': {}}] done # [mail({})] done",
        // Llama.
        "LLAMA # {'name': 'weather', 'parameters': {'city': 'x'}} # [weather({'city': 'x'})]",
        "LLAMA # <|python_tag|>{'type': 'function', 'name': 'mail', 'parameters': {}} # [mail({})]",
        "LLAMA # {'name': 'mail', 'parameters': {}}; {'name': 'mail', 'parameters': {'a': 1}} # "
            + "[mail({})][mail({'a': 1})]",
        "LLAMA # {'answer': 42} # {'answer': 42}",
        "LLAMA # <|python_tag|>print(1) # <|python_tag|>print(1)",
        "LLAMA # Well, {'name': 'mail', 'parameters': {}} # Well, {'name': 'mail', 'parameters':"
            + " {}}",
        "LLAMA # <b> # <b>",
      })
  void aCallIsFoundHoweverTheAnswerIsCut(ToolFormat format, String answer, String expected) {
    String text = json(answer);
    for (int cut = 0; cut <= text.length(); cut++) {
      assertThat(parsed(format, text.substring(0, cut), text.substring(cut)))
          .as("cut at %d", cut)
          .isEqualTo(json(expected));
    }
    String[] characters = text.split("(?<=.)", -1);
    assertThat(parsed(format, characters)).isEqualTo(json(expected));
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(9));
        pieces.add(text.substring(at, end));
        at = end;
      }
      assertThat(parsed(format, pieces.toArray(new String[0]))).isEqualTo(json(expected));
    }
  }

  private static String json(String text) {
    return text.replace("\\'", "\\\"")
        .replace('\'', '"')
        .replace('|', '\n')
        .replace("<\npython_tag\n>", "<|python_tag|>");
  }

  private static String parsed(ToolFormat format, String... pieces) {
    ToolCallParser parser = new ToolCallParser(format, NAMES);
    List<ToolCallPart> parts = new ArrayList<>();
    for (String piece : pieces) parts.addAll(parser.text(piece));
    parts.addAll(parser.finish());
    return shown(parts);
  }

  private static String shown(List<ToolCallPart> parts) {
    StringBuilder out = new StringBuilder();
    boolean open = false;
    int last = -1;
    for (ToolCallPart part : parts) {
      if (open && !(part instanceof Arguments)) {
        out.append(")]");
        open = false;
      }
      switch (part) {
        case Text words -> out.append(words.text());
        case Begin begin -> {
          assertThat(begin.call()).isEqualTo(++last);
          out.append('[').append(begin.name()).append('(');
          open = true;
        }
        case Arguments arguments -> {
          assertThat(arguments.call()).isEqualTo(last);
          out.append(arguments.json());
        }
      }
    }
    return out + (open ? ")]" : "");
  }

  @Test
  void argumentsArePassedOnAsTheyCome() {
    ToolCallParser parser = new ToolCallParser(ToolFormat.HERMES, NAMES);
    assertThat(parser.text("Hm <tool")).containsExactly(new Text("Hm "));
    assertThat(parser.text("_call>{\"name\": \"mail\", \"arg"))
        .containsExactly(new Begin(0, "mail"));
    assertThat(parser.text("uments\": {\"to\"")).containsExactly(new Arguments(0, "{\"to\""));
    assertThat(parser.text(": 1}")).containsExactly(new Arguments(0, ": 1}"));
    assertThat(parser.text("}</tool_call>")).isEmpty();
    assertThat(parser.finish()).isEmpty();
    assertThat(parser.calls()).isEqualTo(1);
  }

  @Test
  void markersThatAreControlTokensOpenCallsToo() {
    ToolCallParser mistral = new ToolCallParser(ToolFormat.MISTRAL, NAMES);
    List<ToolCallPart> parts = new ArrayList<>(mistral.text("So:"));
    parts.addAll(mistral.control("[TOOL_CALLS]"));
    parts.addAll(mistral.text(" [{\"name\": \"mail\", \"arguments\": {}}]"));
    parts.addAll(mistral.control("</s>"));
    parts.addAll(mistral.finish());
    assertThat(shown(parts)).isEqualTo("So:[mail({})]");
    ToolCallParser llama = new ToolCallParser(ToolFormat.LLAMA, NAMES);
    parts = new ArrayList<>(llama.control("<|python_tag|>"));
    parts.addAll(llama.text("print(1)"));
    parts.addAll(llama.finish());
    assertThat(shown(parts)).isEqualTo("print(1)");
  }

  @Test
  void anEndlessBeginningOfACallIsTextAndBounded() {
    ToolCallParser parser = new ToolCallParser(ToolFormat.HERMES, NAMES);
    StringBuilder text = new StringBuilder();
    String piece = "<tool_call>{\"x\": \"" + "y".repeat(1000);
    for (int i = 0; i < 300; i++) {
      for (ToolCallPart part : parser.text(i == 0 ? piece : "y".repeat(1000))) {
        text.append(((Text) part).text());
      }
      assertThat((i + 1) * 1000 - text.length()).isLessThan(70_000);
    }
  }

  @ParameterizedTest
  @CsvSource({"qwen25, HERMES", "mistral, MISTRAL", "llama31, LLAMA"})
  void theTemplateTellsTheFormat(String template, ToolFormat format) throws Exception {
    assertThat(ToolFormat.of(ChatTemplate.parse(template(template)))).contains(format);
  }

  @ParameterizedTest
  @CsvSource({"chatml", "gemma"})
  void aTemplateWithoutToolsHasNoFormat(String template) throws Exception {
    assertThat(ToolFormat.of(ChatTemplate.parse(template(template)))).isEmpty();
  }

  private static String template(String name) throws Exception {
    try (var in = ToolCallParserTest.class.getResourceAsStream("templates/" + name + ".jinja")) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
