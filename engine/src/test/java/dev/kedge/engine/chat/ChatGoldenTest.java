package dev.kedge.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kedge.engine.chat.jinja.TestingResources;
import dev.kedge.engine.weights.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Compares rendering with what the reference implementation printed (make_chat_goldens.py). */
class ChatGoldenTest {
  private record Golden(String context, String template, String expected) {}

  @Test
  void everyLanguageFeatureRendersAsTheReferenceDoes() throws Exception {
    List<Golden> goldens = goldens("features.golden");
    assertThat(goldens.size()).isGreaterThanOrEqualTo(120);
    check(goldens, Map.of());
  }

  @Test
  void templatesOfEachFamilyStyleRenderAsTheReferenceDoes() throws Exception {
    List<Golden> goldens = goldens("templates.golden");
    Map<String, String> sources = new HashMap<>();
    for (Golden golden : goldens) {
      sources.put(golden.template, TestingResources.text("templates/" + golden.template));
    }
    assertThat(sources.size()).isGreaterThanOrEqualTo(5);
    check(goldens, sources);
  }

  @Test
  void publishedTemplatesRenderAsTheReferenceDoes() throws Exception {
    Path tokenizers =
        Path.of(System.getProperty("kedge.shared", "../../shared"), "data", "tokenizers");
    assumeTrue(Files.isDirectory(tokenizers), "skipped: there is no folder " + tokenizers);
    Map<String, String> sources = new HashMap<>();
    for (String model : List.of("llama-bpe", "qwen2")) {
      String source =
          template(Files.readString(tokenizers.resolve(model).resolve("tokenizer_config.json")));
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
      sources.put(HexFormat.of().formatHex(digest), source);
    }
    check(goldens("published.golden"), sources);
  }

  private static void check(List<Golden> goldens, Map<String, String> sources) {
    List<String> differences = new ArrayList<>();
    for (Golden golden : goldens) {
      boolean inline = golden.template.startsWith("=");
      String source =
          inline
              ? TestingResources.unescape(golden.template.substring(1))
              : Objects.requireNonNull(sources.get(golden.template), golden.template);
      String actual;
      String reason = "";
      try {
        actual = ">" + ChatContexts.named(golden.context.replaceFirst(" .*", "")).render(source);
      } catch (FormatException | ChatTemplateException refused) {
        actual = "!";
        reason = " because " + refused.getMessage();
      }
      String expected = TestingResources.unescape(golden.expected);
      if (!actual.equals(expected)) {
        differences.add(
            "%s with %s%n  expected %s%n  found    %s%s"
                .formatted(golden.template, golden.context, expected, actual, reason));
      }
    }
    assertThat(differences).isEmpty();
  }

  private static List<Golden> goldens(String name) throws IOException {
    List<Golden> goldens = new ArrayList<>();
    String[] lines = TestingResources.text(name).split("\n", -1);
    for (int i = 0; i + 2 < lines.length; i += 3) {
      goldens.add(new Golden(lines[i], lines[i + 1], lines[i + 2]));
    }
    return goldens;
  }

  /** The JSON string after {@code "chat_template":}. */
  private static String template(String json) {
    int from = json.indexOf('"', json.indexOf(':', json.indexOf("\"chat_template\""))) + 1;
    StringBuilder out = new StringBuilder();
    for (int i = from; json.charAt(i) != '"'; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escape = json.charAt(++i);
      switch (escape) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> out.append(escape);
      }
    }
    return out.toString();
  }
}
