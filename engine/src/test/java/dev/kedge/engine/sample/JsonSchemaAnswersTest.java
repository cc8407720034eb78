package dev.kedge.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kedge.engine.grammar.Constraints;
import dev.kedge.engine.json.JsonParser;
import dev.kedge.engine.json.JsonText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the model prefers, an answer that ends is JSON that fits. */
class JsonSchemaAnswersTest {
  private static final ConstrainedRun RUN = new ConstrainedRun(SmallVocabulary.tokenizer());

  @Test
  void anyJsonObjectParses() {
    int finished = 0;
    for (int seed = 0; seed < 200; seed++) {
      ConstrainedRun.Answer answer = RUN.draw(Constraints.jsonObject(), seed, 400);
      if (!answer.finished()) continue;
      finished++;
      assertThat(JsonParser.parse(answer.text())).isInstanceOf(java.util.Map.class);
    }
    assertThat(finished).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},
         "required":["name","age"],"additionalProperties":false}""",
        """
        {"type":"object","properties":{"a":{"type":"boolean"},"ab":{"type":["string","null"]},
         "x\\"y":{"type":"number"}},"required":["ab"],"additionalProperties":{"type":"integer"}}""",
        """
        {"$defs":{"tree":{"type":"object","properties":{"value":{"type":"integer"},
         "children":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["value"]}},
         "$ref":"#/$defs/tree"}""",
        """
        {"type":"array","prefixItems":[{"const":"x"},{"enum":[1,2.5,null,"é\\"",{"a":[1]}]}],
         "items":{"type":"boolean"},"minItems":3,"maxItems":5}""",
        """
        {"type":"string","minLength":3,"maxLength":6}""",
        """
        {"type":"string","pattern":"^[A-Z]{2}-\\\\d{3,4}$"}""",
        """
        {"type":"string","pattern":"ab+|c$","maxLength":12,"minLength":2}""",
        """
        {"type":"string","format":"date-time"}""",
        """
        {"type":"string","format":"date"}""",
        """
        {"type":"string","format":"uuid"}""",
        """
        {"type":"string","format":"email"}""",
        """
        {"type":"string","format":"ipv4"}""",
        """
        {"type":"string","format":"ipv6"}""",
        """
        {"type":"string","format":"time"}""",
        """
        {"type":"string","format":"uri"}""",
        """
        {"type":"string","format":"hostname"}""",
        """
        {"type":"string","format":"duration"}""",
        """
        {"type":"integer","minimum":-17,"exclusiveMaximum":1204}""",
        """
        {"type":"integer","minimum":1,"multipleOf":7}""",
        """
        {"type":"number","exclusiveMinimum":0.25,"maximum":13.5}""",
        """
        {"type":"number","minimum":-3.75,"exclusiveMaximum":-0.001}""",
        """
        {"type":"number","multipleOf":0.01,"minimum":0,"maximum":5}""",
        """
        {"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},
         "required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"},
         "s":{"type":"string"}},"required":["kind","s"]},{"type":"null"}]}""",
        """
        {"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},
         "required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"},
         "s":{"type":"string"}},"required":["kind","s"]},{"type":"integer"}]}""",
        """
        {"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":3}},
         "required":["a"]},{"properties":{"a":{"maximum":9},"b":{"type":"string"}},
         "required":["b","c"]}]}""",
        """
        {"type":"object","additionalProperties":{"type":"array","items":{"type":"integer"},
         "maxItems":2}}""",
        """
        {}"""
      })
  void anAnswerFitsItsSchema(String schema) {
    var validator =
        SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder ->
                    builder.schemaRegistryConfig(
                        com.networknt.schema.SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .build()))
            .getSchema(schema, InputFormat.JSON);
    var grammar = Constraints.jsonSchema(schema);
    int finished = 0;
    for (int seed = 0; seed < 120; seed++) {
      ConstrainedRun.Answer answer = RUN.draw(grammar, seed, 400);
      if (!answer.finished()) continue;
      finished++;
      assertThat(validator.validate(answer.text(), InputFormat.JSON))
          .as("%s for %s", answer.text(), schema)
          .isEmpty();
      Object value = JsonParser.parse(answer.text());
      assertThat(JsonText.of(value)).isNotEmpty();
    }
    assertThat(finished).as(schema).isGreaterThan(60);
  }
}
