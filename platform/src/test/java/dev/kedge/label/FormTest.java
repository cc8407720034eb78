package dev.kedge.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.eval.score.JsonText;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

class FormTest {
  private static final Form SHOP =
      new Form.Structured(
          """
          {"oneOf": [
            {"type": "object", "required": ["find", "lines"], "additionalProperties": false,
             "properties": {"find": {"const": "orders"},
               "lines": {"type": "array", "items": {"type": "object", "required": ["name"],
                 "properties": {"name": {"type": "string", "pattern": "^[a-z]+$"}}}}}},
            {"type": "object", "required": ["refusal"],
             "properties": {"refusal": {"const": "out_of_scope"}}}]}
          """);

  private static String problem(String label) {
    return SHOP.problem(JsonText.STRICT.readTree(label)).orElse("");
  }

  @Test
  void ofSeveralComplaintsTheOneDeepestInsideIsTold() {
    assertThat(problem("{\"find\":\"orders\",\"lines\":[{\"name\":\"ok\"},{\"name\":\"9\"}]}"))
        .startsWith("/lines/1/name: does not match");
    assertThat(problem("{\"find\":\"orders\",\"lines\":[{}]}"))
        .isEqualTo("/lines/0: required property 'name' not found");
    assertThat(problem("{\"refusal\":\"out_of_scope\"}")).isEmpty();
  }

  @Test
  void theTextOfAModelBecomesTheValueThatItIs() {
    assertThat(SHOP.suggested(StringNode.valueOf(" {\"refusal\":\"out_of_scope\"}\n")))
        .isEqualTo(JsonText.STRICT.readTree("{\"refusal\":\"out_of_scope\"}"));
    assertThat(SHOP.suggested(StringNode.valueOf("I am sorry")).stringValue())
        .isEqualTo("I am sorry");
    assertThat(new Form.Text("").suggested(StringNode.valueOf("17 ")).stringValue())
        .isEqualTo("17");
  }

  @Test
  void aLongListOfClassesIsCutInComplaints() {
    List<String> classes = IntStream.rangeClosed(1, 40).mapToObj(i -> "c" + i).toList();
    assertThat(new Form.Choice(classes).problem(StringNode.valueOf("x")).orElseThrow())
        .contains("c12 and 28 more")
        .doesNotContain("c13");
  }
}
