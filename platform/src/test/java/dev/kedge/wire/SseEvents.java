package dev.kedge.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads server-sent events byte by byte, as the standard for them says: an independent check of
 * what is written.
 */
public final class SseEvents {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One event.
   *
   * @param name empty where it has none
   */
  public record Event(String name, String data) {
    public JsonNode json() {
      return JSON.readTree(data);
    }
  }

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final List<Event> events = new ArrayList<>();
  private String name = "";
  private String data = "";
  private boolean hasData;

  /** All events of a stream, which must end with a whole one. */
  public static List<Event> of(byte[] stream) {
    SseEvents reader = new SseEvents();
    for (byte b : stream) reader.read(b);
    if (reader.hasData || reader.line.size() > 0) throw new AssertionError("a broken last event");
    return reader.events;
  }

  private void read(byte b) {
    if (b != '\n') {
      line.write(b);
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (text.isEmpty()) end();
    else if (text.startsWith("event: ")) name = text.substring(7);
    else if (text.startsWith("data: ")) data(text.substring(6));
    else if (!text.startsWith(":")) throw new AssertionError("a strange line: " + text);
  }

  private void data(String text) {
    data = hasData ? data + "\n" + text : text;
    hasData = true;
  }

  private void end() {
    if (hasData) events.add(new Event(name, data));
    name = "";
    data = "";
    hasData = false;
  }
}
