package dev.kedge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON values as fields of a form: what is filled in is what comes back. */
class JsonFormTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["kind", "lines"],
       "$defs": {"line": {"type": "object", "required": ["name"], "properties": {
          "name": {"type": "string"}, "pieces": {"type": "integer"}, "gift": {"type": "boolean"},
          "a/b~c": {"type": "string"}}}},
       "properties": {
         "kind": {"enum": ["order", "return", 3, null]},
         "note": {"type": ["string", "null"]},
         "amount": {"type": "number"},
         "any": {},
         "address": {"type": "object", "properties": {"city": {"type": "string"}}},
         "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
         "choice": {"oneOf": [
            {"type": "object", "required": ["yes"], "properties": {"yes": {"const": true}}},
            {"type": "string"}]}}}
      """;

  private static JsonNode json(String text) {
    return dev.kedge.eval.score.JsonText.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"order\",\"lines\":[]}",
        "{\"kind\":3,\"lines\":[{\"name\":\"kettle\",\"pieces\":2,\"gift\":false}]}",
        "{\"kind\":null,\"lines\":[{\"name\":\"a\"},{\"name\":\"b\",\"a/b~c\":\"x\"}]}",
        "{\"kind\":\"return\",\"lines\":[],\"amount\":49.90,\"any\":{\"x\":[1,2,{}]}}",
        "{\"kind\":\"return\",\"lines\":[],\"address\":{\"city\":\"Köln\\nSüd\"}}",
        "{\"kind\":\"return\",\"lines\":[],\"choice\":{\"yes\":true}}",
        "{\"kind\":\"return\",\"lines\":[],\"choice\":\"text\"}",
        "{\"kind\":\"return\",\"lines\":[{\"name\":\"x\",\"pieces\":750}],\"amount\":7.5E+2}"
      })
  void aValueThatTheFormHoldsComesBackAsItIs(String text) {
    JsonForm form = new JsonForm(json(SCHEMA));

    assertThat(form.holds(json(text))).isTrue();
    assertThat(form.read(form.fields(json(text)))).hasValue(json(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"order\",\"lines\":[],\"unknown\":1}",
        "{\"kind\":\"order\",\"lines\":[],\"address\":{\"city\":\"\"}}",
        "{\"kind\":\"order\",\"lines\":{}}",
        "[1,2]",
        "\"text\""
      })
  void aValueThatAFormCannotShowWhollyIsKnownAsSuch(String text) {
    assertThat(new JsonForm(json(SCHEMA)).holds(json(text))).isFalse();
  }

  /** A value of the schema, with everything that a form can hold. */
  private static JsonNode random(Random random) {
    ObjectNode value = RunningConsole.JSON.createObjectNode();
    value.set("kind", json(List.of("\"order\"", "\"return\"", "3", "null").get(random.nextInt(4))));
    if (random.nextBoolean()) value.put("note", word(random));
    if (random.nextBoolean()) {
      value.set("amount", json(Double.toString(random.nextInt(10_000) / 100.0)));
    }
    if (random.nextBoolean()) value.putObject("address").put("city", word(random));
    ArrayNode lines = value.putArray("lines");
    for (int i = random.nextInt(5); i > 0; i--) {
      ObjectNode line = lines.addObject().put("name", word(random));
      if (random.nextBoolean()) line.put("pieces", random.nextInt());
      if (random.nextBoolean()) line.put("gift", random.nextBoolean());
      if (random.nextBoolean()) line.put("a/b~c", word(random));
    }
    return value;
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder("x");
    for (int i = random.nextInt(12); i > 0; i--) {
      word.append("ab <>&\"'\n\\/~0:é😀".charAt(random.nextInt(16)));
    }
    String text = word.toString();
    return Character.isHighSurrogate(text.charAt(text.length() - 1)) ? text + "\uDE00" : text;
  }

  @Test
  void randomValuesComeBackThroughAFormOnTheWire() {
    JsonForm form = new JsonForm(json(SCHEMA));
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      JsonNode value = random(random);
      Map<String, String> fields = form.fields(value);
      assertThat(form.read(fields)).hasValue(value);
      new JsonFormHtml(form, fields, "", false).html();
    }
  }

  @Test
  void mangledFormsGiveAValueOrAClearError() {
    JsonForm form = new JsonForm(json(SCHEMA));
    Random random = new Random(12);
    for (int i = 0; i < 500; i++) {
      Map<String, String> fields = new LinkedHashMap<>(form.fields(random(random)));
      for (String name : List.copyOf(fields.keySet())) {
        if (random.nextInt(3) == 0) fields.put(name, word(random));
        if (random.nextInt(5) == 0) fields.put(name + "/0", "9999");
        if (random.nextInt(5) == 0) fields.put("rows:" + name, "9999999999");
        if (random.nextInt(9) == 0) JsonForm.cutRow(fields, name);
        if (random.nextInt(9) == 0) JsonForm.addRow(fields, name, 0);
      }
      try {
        form.read(fields);
        new JsonFormHtml(form, fields, "v", false).html();
      } catch (KedgeException e) {
        assertThat(e.failure().status()).isEqualTo(400);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\": \"#/\"}",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}",
        "{\"properties\": {\"a\": {\"$ref\": \"#/properties/a\"}}}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#\"}, \"b\": {\"$ref\":"
            + " \"#\"}}}",
        "{\"$defs\": {\"n\": {\"type\": \"object\", \"properties\": {\"l\": {\"$ref\":"
            + " \"#/$defs/n\"}, \"m\": {\"$ref\": \"#/$defs/n\"}, \"r\": {\"$ref\":"
            + " \"#/$defs/n\"}}}}, \"$ref\": \"#/$defs/n\"}",
        "{\"oneOf\": [{\"oneOf\": []}, {\"anyOf\": [true, false]}]}",
        "{\"type\": 7, \"properties\": [], \"required\": 3, \"enum\": {}}",
        "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {}}, \"minItems\": 1e9}",
        "true"
      })
  void schemasThatGoInCirclesOrMakeNoSenseAreBounded(String schema) {
    JsonForm form = new JsonForm(json(schema));

    assertThatCode(
            () -> {
              form.holds(json("{\"a\":{\"a\":1},\"l\":{\"l\":{}}}"));
              try {
                new JsonFormHtml(form, Map.of(), "v", false).html();
              } catch (SchemaShapes.TooLarge e) {
                assertThat(e).isNotNull();
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void theExampleTasksAnswersAllFitTheirForm() throws IOException {
    Path example =
        Path.of(System.getProperty("kedge.root", "..")).resolve("examples").resolve("order-desk");
    JsonForm form = new JsonForm(json(Files.readString(example.resolve("query.schema.json"))));
    List<String> lines = Files.readAllLines(example.resolve("holdout.jsonl"));
    assertThat(lines).hasSizeGreaterThan(200);
    for (String line : lines) {
      JsonNode expected = json(line).get("expected");
      assertThat(form.holds(expected)).as(line).isTrue();
    }
  }

  @Test
  void fieldsThatHangOnAnotherFollowIt() throws IOException {
    Path example =
        Path.of(System.getProperty("kedge.root", "..")).resolve("examples").resolve("order-desk");
    JsonForm form = new JsonForm(json(Files.readString(example.resolve("query.schema.json"))));
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("rows:v/queries", "1");
    fields.put("v/queries/0/find", "products");
    assertThat(new JsonFormHtml(form, fields, "", false).html().markup())
        .contains("v/queries/0/where/category")
        .doesNotContain("v/queries/0/where/joined");
    fields.put("v/queries/0/find", "customers");
    assertThat(new JsonFormHtml(form, fields, "", false).html().markup())
        .contains("v/queries/0/where/joined")
        .doesNotContain("v/queries/0/where/category");
  }
}
