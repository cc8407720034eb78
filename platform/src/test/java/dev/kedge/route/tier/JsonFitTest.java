package dev.kedge.route.tier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | {\"type\":\"integer\"} | true",
        "1.0 | {\"type\":\"integer\"} | true",
        "1.5 | {\"type\":\"integer\"} | false",
        "null | {\"type\":[\"string\",\"null\"]} | true",
        "3 | {\"enum\":[1,2,3.0]} | true",
        "4 | {\"enum\":[1,2,3]} | false",
        "\"a\" | {\"const\":\"a\"} | true",
        "\"b\" | {\"const\":\"a\"} | false",
        "\"aé\" | {\"maxLength\":2} | true",
        "\"abc\" | {\"maxLength\":2} | false",
        "5 | {\"minimum\":5,\"maximum\":5} | true",
        "5 | {\"exclusiveMinimum\":5} | false",
        "5 | {\"exclusiveMaximum\":5} | false",
        "[1,2] | {\"items\":{\"type\":\"integer\"},\"minItems\":2} | true",
        "[1,\"2\"] | {\"items\":{\"type\":\"integer\"}} | false",
        "[1] | {\"minItems\":2} | false",
        "[1,1] | {\"uniqueItems\":true} | false",
        "[1,\"a\"] | {\"prefixItems\":[{\"type\":\"integer\"}],\"items\":false} | false",
        "{\"a\":1} | {\"properties\":{\"a\":{\"type\":\"string\"}}} | false",
        "{\"a\":1} | {\"additionalProperties\":false} | false",
        "{\"a\":1} | {\"additionalProperties\":{\"type\":\"integer\"}} | true",
        "{} | {\"required\":[\"a\"]} | false",
        "1 | {\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]} | true",
        "1 | {\"oneOf\":[{\"type\":\"number\"},{\"type\":\"integer\"}]} | false",
        "1 | {\"allOf\":[{\"minimum\":0},{\"maximum\":0}]} | false",
        "1 | {\"not\":{\"type\":\"integer\"}} | false",
        "{\"a\":{}} |"
            + " {\"$defs\":{\"n\":{\"type\":\"object\"}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/n\"}}}"
            + " | true",
        "{\"a\":1} |"
            + " {\"$defs\":{\"n\":{\"type\":\"object\"}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/n\"}}}"
            + " | false",
        "1 | {\"$ref\":\"https://example.org/schema.json\"} | false",
        "1 | {} | true",
        "1 | false | false",
        "1 2 | {} | false",
        "{\"a\": | {} | false",
        "1 | {\"type\": | false"
      })
  void fitsOrNot(String text, String schema, boolean fits) {
    assertThat(JsonFit.fits(text, schema)).isEqualTo(fits);
  }

  @Test
  void aSchemaThatRefersToItselfForeverFitsNothing() {
    assertThat(JsonFit.fits("1", "{\"$ref\":\"#\"}")).isFalse();
  }

  @Test
  void aSchemaThatGrowsExponentiallyIsGivenUp() {
    StringBuilder schema = new StringBuilder("{\"$defs\":{\"d0\":{\"type\":\"integer\"}");
    for (int i = 1; i <= 40; i++) {
      String below = "{\"$ref\":\"#/$defs/d" + (i - 1) + "\"}";
      schema.append(",\"d" + i + "\":{\"allOf\":[" + below + "," + below + "]}");
    }
    schema.append("},\"$ref\":\"#/$defs/d40\"}");
    assertThat(JsonFit.fits("1", schema.toString())).isFalse();
  }
}
