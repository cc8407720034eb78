package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.engine.train.TrainingExample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON Lines file of chats with one user and one assistant message each, read anew by every
 * iteration. A line that is anything else is an error that names file and line.
 */
record TrainingPairs(Path file) implements Iterable<TrainingExample> {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String EXPECTED =
      "expected {\"messages\":[{\"role\":\"user\",\"content\":…},"
          + "{\"role\":\"assistant\",\"content\":…}]}";

  @Override
  public Iterator<TrainingExample> iterator() {
    try {
      return new Lines(file, Files.newBufferedReader(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Lines implements Iterator<TrainingExample> {
    private final Path file;
    private final BufferedReader reader;
    private int number;
    private String line = "";

    Lines(Path file, BufferedReader reader) {
      this.file = file;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      try {
        while (line.isBlank()) {
          String next = reader.readLine();
          if (next == null) {
            reader.close();
            return false;
          }
          number++;
          line = next;
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(file + ":" + (number + 1), e);
      }
    }

    @Override
    public TrainingExample next() {
      if (!hasNext()) throw new NoSuchElementException();
      String text = line;
      line = "";
      try {
        JsonNode messages = JSON.readTree(text).path("messages");
        if (messages.size() != 2) throw wrong("%d messages".formatted(messages.size()));
        return new TrainingExample(
            content(messages.get(0), "user"), content(messages.get(1), "assistant"));
      } catch (JacksonException e) {
        throw wrong("not JSON (" + e.getOriginalMessage() + ")");
      }
    }

    private String content(JsonNode message, String role) {
      if (!message.path("role").asString("").equals(role)) throw wrong("no " + role + " message");
      JsonNode content = message.path("content");
      if (!content.isString()) throw wrong("the content of a message is no string");
      return content.asString();
    }

    private KedgeException wrong(String found) {
      return KedgeException.invalid("%s:%d: %s; %s".formatted(file, number, found, EXPECTED));
    }
  }
}
