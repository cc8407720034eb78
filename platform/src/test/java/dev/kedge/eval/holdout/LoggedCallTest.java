package dev.kedge.eval.holdout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.eval.data.Entry;
import dev.kedge.eval.score.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Logs of several makers become examples. */
class LoggedCallTest {
  @TempDir Path folder;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();

  private final Inputs.Sink sink =
      new Inputs.Sink() {
        @Override
        public void entry(Entry entry) {
          entries.add(entry);
        }

        @Override
        public void unusable(String place, String reason) {
          unusable.add(place + ": " + reason);
        }
      };

  private void read(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, List.of(lines));
    Inputs.file(file, sink);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "chat|{'messages':[{'role':'system','content':'s'},{'role':'user','content':'Hi'}],'choices':[{'message':{'content':'Yo'}}]}",
        "parts|{'request':{'messages':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]},'response':{'choices':[{'message':{'content':'Yo'}}]}}",
        "batch|{'custom_id':'x','body':{'messages':[{'role':'user','content':'Hi'}]},'response':{'status_code':200,'body':{'choices':[{'message':{'content':'Yo'}}]}}}",
        "tuning|{'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Yo'}]}",
        "completion|{'model':'m','prompt':'Hi','choices':[{'text':'Yo'}]}",
        "responses|{'model':'m','request':{'input':'Hi'},'response':{'output':[{'content':[{'type':'output_text','text':'Yo'}]}]}}",
        "messages|{'request':{'system':'s','messages':[{'role':'user','content':'Hi'}]},'response':{'content':[{'type':'text','text':'Yo'}]}}",
        "litellm|{'request_id':'x','call_type':'acompletion','messages':'[{\\'role\\':\\'user\\',\\'content\\':\\'Hi\\'}]','response':'{\\'choices\\':[{\\'message\\':{\\'content\\':\\'Yo\\'}}]}'}",
        "captured|{'id':'x','time':'2026-11-23T08:00:00Z','task':'t','model':'m','request':{'messages':[{'role':'user','content':'Hi'}]},'answer':{'text':'Yo'}}"
      })
  void theUsersWordsAreTheInputAndTheAnswerIsOnlyASuggestion(String kind, String line)
      throws IOException {
    read(kind + ".jsonl", line.replace("\\'", "\\\"").replace('\'', '"'));
    assertThat(unusable).isEmpty();
    Entry entry = entries.getFirst();
    assertThat(entry.input()).isEqualTo("Hi");
    assertThat(entry.suggestion().map(JsonNode::asString)).contains("Yo");
    assertThat(entry.expected()).isEmpty();
  }

  @Test
  void timeTagsGroupAndPlaceAreKept() {
    JsonNode line =
        JsonText.STRICT.readTree(
            """
            {"id": "req-1", "startTime": "2026-11-23 08:00:00.5", "request_tags": ["vip"],
             "metadata": {"session_id": "s-9"},
             "messages": [{"role": "user", "content": "One"}, {"role": "assistant", "content": "Two"},
                          {"role": "user", "content": "Three"}]}
            """);
    Entry entry = LoggedCall.entry(line, "f:1", "").orElseThrow();
    assertThat(entry.input()).isEqualTo("user: One\n\nassistant: Two\n\nuser: Three");
    assertThat(entry.tags()).containsExactly("vip", "conversation");
    assertThat(entry.group()).isEqualTo("s-9");
    assertThat(entry.time()).contains(Instant.parse("2026-11-23T08:00:00.500Z"));
    assertThat(entry.source()).isEqualTo("f:1");
  }

  @Test
  void csvCellsMayHoldCommasLineEndsAndQuotes() throws IOException {
    read("a.csv", "\ufeffText,Category,tags", "\"a, \"\"b\"\"", "c\",x,t1;t2", "plain,y,");
    assertThat(entries).extracting(Entry::input).containsExactly("a, \"b\"\nc", "plain");
    assertThat(entries.getFirst().tags()).containsExactly("t1", "t2");
    assertThat(entries).extracting(Entry::source).containsExactly("a.csv:2", "a.csv:4");
    assertThatThrownBy(() -> read("b.csv", "text", "\"open"))
        .hasMessageContaining("b.csv:2: a quote is not closed");
    assertThatThrownBy(() -> read("c.csv", "x,y", "1,2")).hasMessageContaining("no column");
  }

  @Test
  void linesThatHoldNoCallAreToldAndPassedOver() throws IOException {
    read("a.jsonl", "{", "[]", "{\"messages\":[]}", "{\"input\":\" \"}", "", "{\"input\":\"x\"}");
    assertThat(entries).extracting(Entry::source).containsExactly("a.jsonl:6");
    assertThat(unusable)
        .containsExactly(
            "a.jsonl:1: not a JSON object",
            "a.jsonl:2: not a JSON object",
            "a.jsonl:3: no input and no user message",
            "a.jsonl:4: empty input");
  }

  @Test
  void packedFilesAreRead() throws IOException {
    Path file = folder.resolve("a.txt.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("one\r\ntwo\n".getBytes(StandardCharsets.UTF_8));
    }
    Inputs.file(file, sink);
    assertThat(entries).extracting(Entry::input).containsExactly("one", "two");
  }
}
