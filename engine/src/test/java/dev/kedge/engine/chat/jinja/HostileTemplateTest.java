package dev.kedge.engine.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.engine.weights.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a template says, it ends soon: with text or with an error that names the place. */
class HostileTemplateTest {
  private static final Map<String, Object> DATA =
      Map.of("messages", List.of(Map.of("role", "user", "content", "Hello <|x|>")), "n", 3L);

  private static String render(String template, Limits limits) {
    return Template.parse(template, limits).render(Map.of(), DATA, Optional.empty()).chars();
  }

  private static void refused(String template, Limits limits, String reason) {
    assertThatThrownBy(() -> render(template, limits))
        .as(template.substring(0, Math.min(80, template.length())))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(reason);
  }

  private static void refused(String template, String reason) {
    refused(template, Limits.DEFAULT, reason);
  }

  @Test
  void deeplyNestedTemplatesAreRefusedWithoutExhaustingTheStack() {
    int n = 100_000;
    refused("{{ " + "(".repeat(n) + "1" + ")".repeat(n) + " }}", "nests deeper");
    refused("{{ " + "[".repeat(n) + "]".repeat(n) + " }}", "nests deeper");
    refused("{{ " + "-".repeat(n) + "1 }}", "nests deeper");
    refused("{{ 1" + "+1".repeat(n) + " }}", "nests deeper");
    refused("{{ n" + ".a".repeat(n) + " }}", "nests deeper");
    refused("{{ n" + "|e".repeat(n) + " }}", "nests deeper");
    refused("{{ n" + "()".repeat(n) + " }}", "nests deeper");
    refused("{{ " + "1 if 1 else ".repeat(20_000) + "1 }}", "nests deeper");
    refused("{{ " + "{1:".repeat(50_000) + "1" + "}".repeat(50_000) + " }}", "nests deeper");
    refused("{% if 1 %}".repeat(20_000), "nests deeper");
    refused("{% set x %}".repeat(20_000), "nests deeper");
    refused("{% set " + "(".repeat(n) + "a" + ")".repeat(n) + " = 1 %}", "nests deeper");
    refused("{% set " + "(".repeat(n) + "a = 1 %}", "unexpected '}'");
    assertThat(render("{{ " + "not ".repeat(50_000) + "1 }}", Limits.DEFAULT)).isEqualTo("True");
    assertThat(render("{% if 0 %}" + "{% elif 0 %}".repeat(10_000) + "{% endif %}", Limits.DEFAULT))
        .isEmpty();
  }

  @Test
  void endlessRecursionOfMacrosIsRefused() {
    refused("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "nests deeper");
    refused(
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "nests deeper");
    refused("{% macro m(x=m()) %}{% endmacro %}{{ m() }}", "nests deeper");
  }

  @Test
  void valuesCannotNestWithoutEnd() {
    refused(
        "{% set s = namespace(x=[]) %}{% for i in range(9999) %}{% set s.x = [s.x] %}{% endfor %}",
        "value nests deeper");
    refused(
        "{% set s = namespace(x={}) %}{% for i in range(9999) %}{% set s.x = {1: s.x} %}{% endfor"
            + " %}",
        "value nests deeper");
  }

  @Test
  void growthIsBounded() {
    refused("{{ 'abcdefgh' * 99999999999 }}", "a string grows");
    refused("{{ [1] * 99999999999 }}", "steps");
    refused("{{ range(100001) }}", "range");
    refused("{{ range(-9223372036854775807, 9223372036854775807) }}", "range");
    refused(
        "{% set s = namespace(x='ab') %}{% for i in range(99) %}{% set s.x = s.x ~ s.x %}{% endfor"
            + " %}",
        "a string grows");
    refused(
        "{% set s = namespace(x=[1]) %}{% for i in range(99) %}{% set s.x = s.x + s.x %}{% endfor"
            + " %}",
        "steps");
    refused(
        "{% set s = namespace(x=[1]) %}{% for i in range(50) %}{% set s.x = [s.x, s.x] %}{% endfor"
            + " %}{{ s.x }}",
        "");
    refused(
        "{% set s = namespace(x=[1], y=[1]) %}{% for i in range(50) %}{% set s.x = [s.x, s.x] %}{%"
            + " set s.y = [s.y, s.y] %}{% endfor %}{{ s.x == s.y }}",
        "steps");
    refused("{{ ('a' * 9999999).replace('a', 'bbbb') }}", "");
    refused("{{ 'a'|indent(99999999) }}", "steps");
    refused("{{ [1]|tojson(indent=999999999) }}", "a string grows");
    refused("{{ 'a' * 9000000 in 'a' * 9000001 }}", "steps");
    refused("{{ 10 ** 400 }}", "64 bits");
    refused("{{ 2 ** 99999999999999 }}", "64 bits");
    refused("{{ 99999999999999999999 }}", "64 bits");
    refused(
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "steps");
    refused("{% for i in range(9) if i.a.b %}{% endfor %}", "undefined");
  }

  @Test
  void eachLimitIsKept() {
    Limits small = new Limits(100, 10, 50, 40, 20, 5);
    refused("x".repeat(101), small, "100");
    refused("{{ ((((((((((1)))))))))) }}", small, "10 levels");
    refused("{% for i in [1,2,3,4,5,6,7,8,9] %}{{ i + i + i }}{% endfor %}", small, "50 steps");
    refused(
        "{% set a = 'abcdefgh' * 2 %}{% set b = 'abcdefgh' * 2 %}{{ a ~ 'c' }}",
        small, "40 characters");
    refused("{{ 'abcdefgh' * 3 }}", small, "20 characters");
    refused("{{ range(6)|list }}", small, "5 numbers");
    assertThat(render("{{ range(5)|length }}", small)).isEqualTo("5");
  }

  @Test
  void anErrorNamesLineAndColumn() {
    refused("a\n  {{ 1 + }}", "line 2, column 10");
    refused("a\n\n{% if x.y.z %}{% endif %}", "line 3, column 8");
  }

  @Test
  void noMutationOfATemplateDoesWorseThanAnError() throws Exception {
    List<String> seeds = new ArrayList<>();
    for (String name : List.of("llama31", "qwen25", "mistral", "gemma", "chatml")) {
      seeds.add(TestingResources.text("templates/" + name + ".jinja"));
    }
    String[] lines = TestingResources.text("features.golden").split("\n", -1);
    for (int i = 1; i < lines.length - 1; i += 3) {
      seeds.add(TestingResources.unescape(lines[i].substring(1)));
    }
    Limits limits = new Limits(64 * 1024, 60, 20_000, 1 << 20, 1 << 18, 1000);
    Random random = new Random(20260305);
    int rendered = 0;
    for (int i = 0; i < 20_000; i++) {
      String template = mutate(seeds.get(random.nextInt(seeds.size())), seeds, random);
      try {
        render(template, limits);
        rendered++;
      } catch (FormatException expected) {
        assertThat(expected).hasMessageContaining("chat template, line ");
      } catch (RaisedException refusal) {
        assertThat(refusal.message()).isNotNull();
      } catch (RuntimeException | StackOverflowError other) {
        throw new AssertionError("template: " + template, other);
      }
    }
    assertThat(rendered).isGreaterThan(1000);
  }

  private static String mutate(String seed, List<String> seeds, Random random) {
    StringBuilder text = new StringBuilder(seed);
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> {
          String other = seeds.get(random.nextInt(seeds.size()));
          int from = random.nextInt(other.length() + 1);
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(20)));
        }
        default -> text.insert(at, "{}%()[]|.,:'\"~-+*/=<>#\n\\ 019aex".charAt(random.nextInt(31)));
      }
    }
    return text.toString();
  }
}
