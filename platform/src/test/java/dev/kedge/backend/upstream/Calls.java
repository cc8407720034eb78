package dev.kedge.backend.upstream;

import dev.kedge.backend.Answer;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.call.ApiRequest;
import dev.kedge.call.CallContext;
import dev.kedge.call.ChatRequest;
import dev.kedge.call.CompletionRequest;
import dev.kedge.call.EmbeddingRequest;
import dev.kedge.call.Settings;
import dev.kedge.call.Source;
import dev.kedge.call.TextInput;
import dev.kedge.config.ConfigFile;
import dev.kedge.config.UpstreamKind;
import dev.kedge.config.UpstreamSection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What tests of upstreams ask, and how they read what comes back. */
final class Calls {
  static final JsonMapper JSON = new JsonMapper();
  static final String PATIENT = "{connect: 5s, first_token: 30s, between_tokens: 30s, total: 60s}";

  private Calls() {}

  /** An upstream with a key and a header; the timeouts as in a configuration. */
  static UpstreamSection section(URI url, UpstreamKind kind, String timeouts) {
    return section(url, kind, timeouts, key("secret-key-1"));
  }

  static UpstreamSection section(URI url, UpstreamKind kind, String timeouts, Path key) {
    String yaml =
        """
        name: testing
        url: %s
        kind: %s
        key: file:%s
        headers: {x-team: anchor}
        timeouts: %s
        models: [{name: small, id: org/small-7b}]
        """
            .formatted(url, kind.name().toLowerCase(Locale.ROOT), key, timeouts);
    return ConfigFile.parse(yaml, "test", UpstreamSection.class);
  }

  static Path key(String secret) {
    try {
      Path file = Files.createTempFile("kedge-key", "");
      file.toFile().deleteOnExit();
      return Files.writeString(file, secret + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Upstream upstream(URI url, UpstreamKind kind, Watchdog watchdog) {
    return upstream(section(url, kind, PATIENT), watchdog);
  }

  static Upstream upstream(UpstreamSection section, Watchdog watchdog) {
    return new Upstream(section, (SSLSocketFactory) SSLSocketFactory.getDefault(), watchdog);
  }

  static CallContext context() {
    return new CallContext("call-1", 1, 1, System.nanoTime() + 60_000_000_000L);
  }

  /** A request as a caller sends it; the neutral records hold what relays look at. */
  static ApiRequest sent(Api api, String body) {
    ObjectNode json = (ObjectNode) JSON.readTree(body);
    Source source = new Source(api, json);
    boolean stream = json.path("stream").asBoolean(false);
    boolean usage = json.path("stream_options").path("include_usage").asBoolean(false);
    List<TextInput> texts = List.of(new TextInput.Text("What is up there?"));
    return switch (api) {
      case EMBEDDINGS -> new EmbeddingRequest("small", texts, OptionalInt.empty(), false, source);
      case COMPLETIONS ->
          new CompletionRequest("small", texts, Settings.UNSET, stream, usage, source);
      case CHAT_COMPLETIONS, RESPONSES, MESSAGES -> chat(stream, usage, source);
    };
  }

  private static ChatRequest chat(boolean stream, boolean usage, Source source) {
    return new ChatRequest(
        "small",
        List.of(
            new ChatRequest.Message(
                ChatRequest.Role.USER,
                List.of(new ChatRequest.Part.Text("What is up there?")),
                Optional.empty())),
        List.of(),
        new ChatRequest.ToolChoice.Auto(),
        true,
        new ChatRequest.AnswerFormat.Text(),
        Settings.UNSET,
        stream,
        usage,
        source);
  }

  /** Everything up to and with the end. */
  static List<AnswerPart> all(Answer answer) throws InterruptedException {
    List<AnswerPart> parts = new ArrayList<>();
    while (true) {
      AnswerPart part = answer.next();
      parts.add(part);
      if (part instanceof AnswerPart.End) return parts;
    }
  }

  /** The bytes of frames and bodies, one after the other. */
  static String bytes(List<AnswerPart> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (AnswerPart part : parts) {
      if (part instanceof AnswerPart.Frame frame) all.writeBytes(frame.bytes());
      if (part instanceof AnswerPart.Body body) all.writeBytes(body.bytes());
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  static AnswerPart.End end(List<AnswerPart> parts) {
    return (AnswerPart.End) parts.getLast();
  }
}
