package dev.kedge.cli;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.wire.Json;
import dev.kedge.wire.anthropic.MessagesReader;
import dev.kedge.wire.openai.ChatReader;
import dev.kedge.wire.openai.CompletionReader;
import dev.kedge.wire.openai.ResponseReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The call whose tier is to be explained, read as the gateway reads it. */
final class ExplainedRequest {
  private static final long LARGEST_BYTES = 64 << 20;

  private ExplainedRequest() {}

  /** The APIs whose calls can have tiers. */
  enum Api {
    CHAT,
    COMPLETIONS,
    RESPONSES,
    MESSAGES
  }

  static ApiRequest ofPrompt(String prompt, String model) {
    Map<String, String> message = Map.of("role", "user", "content", prompt);
    return ChatReader.read(Json.write(Map.of("model", model, "messages", new Object[] {message})));
  }

  /** Reads a body. */
  static ApiRequest read(Path file, Api api) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw KedgeException.invalid(file + ": larger than 64 MiB");
    }
    byte[] body = Files.readAllBytes(file);
    try {
      return switch (api) {
        case CHAT -> ChatReader.read(body);
        case COMPLETIONS -> CompletionReader.read(body);
        case RESPONSES -> ResponseReader.read(body);
        case MESSAGES -> MessagesReader.read(body);
      };
    } catch (KedgeException e) {
      throw KedgeException.invalid(file + ": " + e.failure().message());
    }
  }
}
