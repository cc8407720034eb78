package dev.kedge.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class JsonSchemaTest {
  private static boolean accepts(String schema, String text) {
    State state = Constraints.jsonSchema(schema.replace('\'', '"')).start();
    return state.after(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).complete();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "{'type':'object','properties':{'a':{},'b':{}},'required':['b']} ¦ {'b':1} ¦ {'a':1}",
        "{'type':'object','properties':{'a':{},'b':{}}} ¦ {'a':1, 'b': 2} ¦ {'b':1,'a':1}",
        "{'type':'object','properties':{'a':{}}} ¦ {} ¦ {'c':1}",
        "{'type':'object','properties':{'a':{}},'additionalProperties':true} ¦ {'a':1,'c':1} ¦"
            + " {'a':1,'a':1}",
        "{'type':'object','additionalProperties':{'type':'null'}} ¦ {'x':null,'y': null} ¦ {'x':1}",
        "{'type':'object','properties':{'a':{}},'required':['z']} ¦ {'z':[1,{}]} ¦ {}",
        "{'type':'array','items':{'type':'integer'},'minItems':1,'maxItems':2} ¦ [1, 2] ¦ []",
        "{'type':'array','items':{'type':'integer'},'maxItems':2} ¦ [] ¦ [1,2,3]",
        "{'prefixItems':[{'const':1},{'const':2}]} ¦ [1,2] ¦ [1,2,3]",
        "{'prefixItems':[{'const':1}],'minItems':3} ¦ [1,null,'x'] ¦ [1,null]",
        "{'items':false} ¦ [] ¦ [1]",
        "{'type':'string','minLength':2,'maxLength':3} ¦ 'é\\n😀' ¦ 'a'",
        "{'maxLength':2} ¦ '\\ud83d\\ude00x' ¦ 'abc'",
        "{'pattern':'^a+$'} ¦ 'aaa' ¦ 'ab'",
        "{'pattern':'b'} ¦ 'abc' ¦ 'ac'",
        "{'pattern':'^(x|yz){2}$|^q'} ¦ 'yzx' ¦ 'yz'",
        "{'pattern':'^[^a-c]$'} ¦ 'd' ¦ 'b'",
        "{'pattern':'^a{2,}$','maxLength':3} ¦ 'aaa' ¦ 'aaaa'",
        "{'type':'integer','minimum':-3,'maximum':12} ¦ -3 ¦ 13",
        "{'type':'integer','exclusiveMinimum':0,'exclusiveMaximum':10} ¦ 9 ¦ 0",
        "{'type':'integer','minimum':99.5,'maximum':1000} ¦ 1000 ¦ 99",
        "{'type':'number','minimum':0.5,'maximum':10} ¦ 0.50 ¦ 0.4999",
        "{'type':'number','exclusiveMaximum':-1.5} ¦ -1.51 ¦ -1.5",
        "{'enum':['a','ab',3]} ¦ 'ab' ¦ 'abc'",
        "{'type':['string','null'],'enum':['a',null,7]} ¦ null ¦ 7",
        "{'const':{'a':[1,2.0]}} ¦ {'a':[1,2.0]} ¦ {'a':[1]}",
        "{'anyOf':[{'type':'integer'},{'type':'null'}]} ¦ 12 ¦ true",
        "{'type':'object','properties':{'k':{'type':'string'}},'required':['k'],'anyOf':[{'properties':{'a':{}},'required':['a']},{'required':['k']}]}"
            + " ¦ {'k':'','a':1} ¦ {'a':1}",
        "{'allOf':[{'type':'integer','minimum':3},{'maximum':5}]} ¦ 4 ¦ 6",
        "{'allOf':[{'properties':{'a':{'minimum':2}},'required':['a']},{'properties':{'a':{'type':'integer'}}}]}"
            + " ¦ {'a':2} ¦ {'a':1}",
        "{'$ref':'#/$defs/a~1b','$defs':{'a/b':{'const':1}}} ¦ 1 ¦ 2",
        "{'$defs':{'t':{'anyOf':[{'type':'null'},{'type':'array','items':{'$ref':'#/$defs/t'}}]}},'$ref':'#/$defs/t'}"
            + " ¦ [null,[[]]] ¦ [1]",
        "{'format':'date'} ¦ '2024-02-29' ¦ '2023-02-29'",
        "true ¦ [{'a':null}] ¦ {a:1}",
      })
  void aTextIsAcceptedAsTheSchemaSays(String schema, String good, String bad) {
    assertThat(accepts(schema, good)).as(good).isTrue();
    assertThat(accepts(schema, bad)).as(bad).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      value = {
        "{'type':'object','properties':{'x':{'not':{}}}} ; 'not' at #/properties/x",
        "{'type':'array','uniqueItems':true} ; 'uniqueItems' at #",
        "{'type':'object','patternProperties':{}} ; 'patternProperties' at #",
        "{'if':{},'then':{}} ; 'if' at #",
        "{'type':'string','nullable':true} ; 'nullable' at #",
        "{'minProperties':1} ; 'minProperties' at #",
        "{'$ref':'http://example.com/a'} ; '$ref' at #",
        "{'$ref':'#/nowhere'} ; '#/nowhere'",
        "{'type':'strin'} ; unknown type 'strin'",
        "{'type':'string','pattern':'(?=a)'} ; 'pattern' at #",
        "{'type':'string','pattern':'(a)\\\\1'} ; escape \\1",
        "{'type':'string','pattern':'a**'} ; quantifier",
        "{'type':'string','pattern':'[z-a]'} ; out of order",
        "{'type':'string','pattern':'('} ; does not end",
        "{'type':'string','format':'regex'} ; known are: date",
        "{'oneOf':[{'type':'integer'},{'type':'number'}]} ; alternatives 0 and 1",
        "{'oneOf':[{'properties':{'a':{}}},{'properties':{'b':{}}}]} ; use 'anyOf'",
        "{'type':'integer','minimum':5,'maximum':4} ; no answer can fit",
        "{'type':'string','pattern':'^abc$','maxLength':2} ; no answer can fit",
        "{'type':'array','items':false,'minItems':1} ; no answer can fit",
        "{'properties':{'a':false},'required':['a']} ; no answer can fit",
        "{'$ref':'#'} ; ",
        "{'type':'array','items':{'$ref':'#'},'minItems':1} ; no answer can fit",
        "false ; no answer can fit",
        "{'enum':['abc'],'minLength':2} ; 'enum' at #",
        "{'type':'object' ; ',' was expected",
        "[1] ; must be an object",
        "{'type':'object','type':'array'} ; twice",
        "{'minLength':-1} ; whole number",
        "{'items':[{}]} ; prefixItems",
        "{'required':'a'} ; 'required' at #",
        "{'type':'number','multipleOf':0.3} ; multipleOf",
      })
  void whatCannotBeHeldToIsRefusedByNameAndPlace(String both) {
    String[] parts = both.replace("##", "#").split(" ; ?", 2);
    String schema = parts[0];
    if (schema.equals("{'$ref':'#'}")) {
      assertThat(accepts(schema, "[1]")).isTrue(); // says nothing at all
      return;
    }
    assertThatThrownBy(() -> accepts(schema, ""))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(parts[1].trim());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'string','pattern':'(a|b)*a(a|b){18}'}",
        "{'type':'string','pattern':'((((a{99}){99}){99}){99}){99}'}",
        "{'type':'string','pattern':'(((){5000}){5000}){5000}'}",
        "{'type':'string','pattern':'^(.{1,3000}x){1,9}$'}",
      })
  void aPatternThatExplodesIsRefused(String schema) {
    assertThatThrownBy(() -> accepts(schema, ""))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("too large an automaton");
  }

  @Test
  void alternativesThatMultiplyAreRefused() {
    StringBuilder schema = new StringBuilder("{'allOf':[");
    for (int i = 0; i < 20; i++) {
      if (i > 0) schema.append(',');
      schema.append(
          "{'anyOf':[{'properties':{'a%d':{}}},{'properties':{'b%d':{}}}]}".formatted(i, i));
    }
    assertThatThrownBy(() -> accepts(schema + "]}", "")).hasMessageContaining("too large");
  }

  @Test
  void deepAndWideSchemasAreBounded() {
    assertThatThrownBy(() -> accepts("{'items':".repeat(200) + "{}" + "}".repeat(200), "[]"))
        .hasMessageContaining("levels");
    StringBuilder chain = new StringBuilder("{'$ref':'#/$defs/d0','$defs':{");
    for (int i = 0; i < 3000; i++)
      chain.append("'d%d':{'$ref':'#/$defs/d%d'},".formatted(i, i + 1));
    assertThatThrownBy(() -> accepts(chain + "'d3000':{'const':1}}}", "1"))
        .hasMessageContaining("200 schemas");
    StringBuilder wide = new StringBuilder("{'type':'object','properties':{");
    for (int i = 0; i < 900; i++) wide.append("'p%d':{'type':'integer'},".formatted(i));
    String wideSchema = wide + "'last':{'type':'null'}},'required':['last']}";
    assertThat(accepts(wideSchema, "{'p7':1,'p899':2,'last':null}")).isTrue();
    assertThat(accepts(wideSchema, "{'p7':1,'p3':2,'last':null}")).isFalse();
  }

  @Test
  void nestingEndsWhereItMust() {
    String tree = "{'type':'array','items':{'$ref':'#'}}";
    State state = Constraints.jsonSchema(tree.replace('\'', '"')).start();
    for (int i = 0; i < Node.MAX_DEPTH; i++) state = state.after('[');
    assertThat(state.dead()).isFalse();
    assertThat(state.after('[').dead()).isTrue();
    for (int i = 0; i < Node.MAX_DEPTH; i++) state = state.after(']');
    assertThat(state.finished()).isTrue();
  }

  @Test
  void alternativesThatStayOpenTogetherAreDroppedNotWrong() {
    // Each level doubles the ways in which the same brackets can be read.
    String schema =
        "{'$defs':{'t':{'anyOf':[{'type':'array','items':{'$ref':'#/$defs/t'},'maxItems':3},"
            + "{'type':'array','items':{'$ref':'#/$defs/t'},'maxItems':4},{'type':'integer'}]}},"
            + "'$ref':'#/$defs/t'}";
    assertThat(accepts(schema, "[".repeat(40) + "1" + ",2]".repeat(40))).isTrue();
  }

  @Test
  void whateverIsReachedAnEndIsInReach() {
    String schema =
        "{'type':'object','properties':{'a':{'pattern':'^(ab|é)+$','maxLength':9},"
            + "'n':{'type':'number','minimum':-2.5},'t':{'$ref':'#'}},'required':['a'],"
            + "'additionalProperties':{'enum':[1,'x',[2]]}}";
    State start = Constraints.jsonSchema(schema.replace('\'', '"')).start();
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      State state = start;
      for (int step = 0; step < 3000 && !state.finished(); step++) {
        State next = state.after(random.nextInt(256));
        // Now and then the shortest way, so that the walk ends.
        if (next.dead()) next = state.after('}');
        if (next.dead()) next = state.after('"');
        for (int value = 0; next.dead() && value < 256; value++) {
          next = state.after((value + seed) % 256);
        }
        assertThat(next.dead()).isFalse();
        state = next;
      }
    }
  }

  @Test
  void equalSituationsAreEqualStates() {
    State start =
        Constraints.jsonSchema("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}").start();
    State one = start.after("[\"abc\",".getBytes(StandardCharsets.UTF_8));
    State other = start.after("[\"x\",\"y\",".getBytes(StandardCharsets.UTF_8));
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one).isNotEqualTo(start);
  }
}
