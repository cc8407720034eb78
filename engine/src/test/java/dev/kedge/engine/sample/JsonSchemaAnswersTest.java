package dev.kedge.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.kedge.engine.grammar.Constraints;
import dev.kedge.engine.json.JsonParser;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the model prefers, an answer that ends is JSON that fits. */
class JsonSchemaAnswersTest {
  private static final SchemaRegistry VALIDATORS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  private static final ConstrainedRun RUN = new ConstrainedRun(SmallVocabulary.tokenizer());

  @Test
  void anyJsonObjectParses() {
    int finished = 0;
    for (int seed = 0; seed < 200; seed++) {
      ConstrainedRun.Answer answer = RUN.draw(Constraints.jsonObject(), seed, 400);
      if (!answer.finished()) continue;
      finished++;
      assertThat(JsonParser.parse(answer.text())).isInstanceOf(Map.class);
    }
    assertThat(finished).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},
         "required":["name","age"],"additionalProperties":false}\
        """,
        """
        {"type":"object","properties":{"a":{"type":"boolean"},"ab":{"type":["string","null"]},
         "x\\"y":{"type":"number"}},"required":["ab"],"additionalProperties":{"type":"integer"}}\
        """,
        """
        {"$defs":{"tree":{"type":"object","properties":{"value":{"type":"integer"},
         "children":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["value"]}},
         "$ref":"#/$defs/tree"}\
        """,
        """
        {"type":"array","prefixItems":[{"const":"x"},{"enum":[1,2.5,null,"é\\"",{"a":[1]}]}],
         "items":{"type":"boolean"},"minItems":3,"maxItems":5}\
        """,
        """
        {"type":"string","minLength":3,"maxLength":6}\
        """,
        """
        {"type":"string","pattern":"^[A-Z]{2}-\\\\d{3,4}$"}\
        """,
        """
        {"type":"string","pattern":"ab+|c$","maxLength":12,"minLength":2}\
        """,
        """
        {"type":"string","format":"date-time"}\
        """,
        """
        {"type":"string","format":"date"}\
        """,
        """
        {"type":"string","format":"uuid"}\
        """,
        """
        {"type":"string","format":"ipv4"}\
        """,
        """
        {"type":"string","format":"ipv6"}\
        """,
        """
        {"type":"string","format":"time"}\
        """,
        """
        {"type":"string","format":"uri"}\
        """,
        """
        {"type":"string","format":"hostname"}\
        """,
        """
        {"type":"string","format":"duration"}\
        """,
        """
        {"type":"integer","minimum":-17,"exclusiveMaximum":1204}\
        """,
        """
        {"type":"integer","minimum":1,"multipleOf":7}\
        """,
        """
        {"type":"number","exclusiveMinimum":0.25,"maximum":13.5}\
        """,
        """
        {"type":"number","minimum":-3.75,"exclusiveMaximum":-0.001}\
        """,
        """
        {"type":"number","multipleOf":0.01,"minimum":0,"maximum":5}\
        """,
        """
        {"anyOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},
         "required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"},
         "s":{"type":"string"}},"required":["kind","s"]},{"type":"null"}]}\
        """,
        """
        {"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"n":{"type":"integer"}},
         "required":["kind","n"]},{"type":"object","properties":{"kind":{"const":"b"},
         "s":{"type":"string"}},"required":["kind","s"]},{"type":"integer"}]}\
        """,
        """
        {"allOf":[{"type":"object","properties":{"a":{"type":"integer","minimum":3}},
         "required":["a"]},{"properties":{"a":{"maximum":9},"b":{"type":"string"}},
         "required":["b","c"]}]}\
        """,
        """
        {"type":"object","additionalProperties":{"type":"array","items":{"type":"integer"},
         "maxItems":2}}\
        """,
        """
        {}\
        """
      })
  void anAnswerFitsItsSchema(String schema) {
    assertThat(fitting(schema, 120)).as(schema).isGreaterThan(60);
  }

  @Test
  void answersFitRandomSchemas() {
    int finished = 0;
    for (int seed = 0; seed < 250; seed++) {
      finished += fitting(new RandomSchemas(new Random(seed)).next(), 3);
    }
    assertThat(finished).isGreaterThan(550);
  }

  @Test
  void anAddressHasTheFormOfOne() {
    var grammar = Constraints.jsonSchema("{\"type\":\"string\",\"format\":\"email\"}");
    for (int seed = 0; seed < 50; seed++) {
      ConstrainedRun.Answer answer = RUN.draw(grammar, seed, 400);
      assertThat(answer.text())
          .matches(
              "\"[A-Za-z0-9_+.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z]+\"");
    }
  }

  /* How many of so many answers ended by themselves; all of them fit. */
  private static int fitting(String schema, int answers) {
    var validator = VALIDATORS.getSchema(schema, InputFormat.JSON);
    var grammar = Constraints.jsonSchema(schema);
    int finished = 0;
    for (int seed = 0; seed < answers; seed++) {
      ConstrainedRun.Answer answer = RUN.draw(grammar, seed, 400);
      if (!answer.finished()) continue;
      finished++;
      assertThat(validator.validate(answer.text(), InputFormat.JSON))
          .as("%s for %s", answer.text(), schema)
          .isEmpty();
      JsonParser.parse(answer.text()); // stricter than the validator's reader
    }
    return finished;
  }
}
