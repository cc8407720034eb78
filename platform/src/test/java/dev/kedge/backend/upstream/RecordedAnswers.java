package dev.kedge.backend.upstream;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers in the shapes in which OpenAI's and Anthropic's servers send them.
 *
 * @param pieces of the text, one per event of a stream
 * @param reasoning what is thought first; empty: nothing
 * @param arguments JSON text of the arguments where a tool is called
 * @param input tokens of the prompt, cached ones included
 * @param cached of these
 * @param output tokens of the answer, reasoning included
 * @param reasoned of these
 * @param usage whether the counts are told at all
 */
public record RecordedAnswers(
    List<String> pieces,
    String reasoning,
    String arguments,
    int input,
    int cached,
    int output,
    int reasoned,
    boolean usage) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CHUNK =
      "{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion.chunk\",\"created\":1719000000,"
          + "\"model\":%s,\"system_fingerprint\":\"fp_1\",\"choices\":[%s]%s}";

  /** This text, cut at its spaces; 17 tokens in, 5 of them cached, a token out per piece. */
  public static RecordedAnswers saying(String text) {
    List<String> pieces = List.of(text.split("(?<= )"));
    return new RecordedAnswers(pieces, "", "{\"city\":\"Köln\"}", 17, 5, pieces.size(), 0, true);
  }

  public RecordedAnswers thinking(String thoughts) {
    return new RecordedAnswers(pieces, thoughts, arguments, input, cached, output + 3, 3, usage);
  }

  public RecordedAnswers withoutUsage() {
    return new RecordedAnswers(
        pieces, reasoning, arguments, input, cached, output, reasoned, false);
  }

  public String text() {
    return String.join("", pieces);
  }

  /** The body of a whole answer; empty for an unknown path. */
  public String whole(String path, JsonNode request) {
    return switch (path) {
      case "/v1/models" ->
          "{\"object\":\"list\",\"data\":[{\"id\":\"recorded\",\"object\":\"model\",\"created\":1,"
              + "\"owned_by\":\"testing\"}]}";
      case "/v1/chat/completions" -> chat(request);
      case "/v1/completions" -> completion(request);
      case "/v1/embeddings" -> embeddings(request);
      case "/v1/responses" -> RecordedResponses.whole(this, request);
      case "/v1/messages" -> RecordedMessages.whole(this, request);
      case "/v1/messages/count_tokens" -> "{\"input_tokens\":" + input + "}";
      default -> "";
    };
  }

  /** The events of a stream. */
  public List<String> stream(String path, JsonNode request) {
    return switch (path) {
      case "/v1/responses" -> RecordedResponses.stream(this, request);
      case "/v1/messages" -> RecordedMessages.stream(this, request);
      case "/v1/completions" -> completionStream(request);
      default -> chatStream(request);
    };
  }

  static String quote(String text) {
    return JSON.writeValueAsString(text);
  }

  static String model(JsonNode request) {
    return quote(request.path("model").asString("?"));
  }

  /** The name of the tool that is called, or empty. */
  static String tool(JsonNode request) {
    JsonNode tool = request.path("tools").path(0);
    return tool.path("function").path("name").asString(tool.path("name").asString(""));
  }

  private String counts() {
    return "{\"prompt_tokens\":"
        + input
        + ",\"completion_tokens\":"
        + output
        + ",\"total_tokens\":"
        + (input + output)
        + ",\"prompt_tokens_details\":{\"cached_tokens\":"
        + cached
        + "},\"completion_tokens_details\":{\"reasoning_tokens\":"
        + reasoned
        + "}}";
  }

  private String chat(JsonNode request) {
    String tool = tool(request);
    String thoughts = reasoning.isEmpty() ? "" : ",\"reasoning_content\":" + quote(reasoning);
    String message =
        tool.isEmpty()
            ? "\"content\":" + quote(text()) + thoughts
            : "\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                  + "{\"name\":"
                + quote(tool)
                + ",\"arguments\":"
                + quote(arguments)
                + "}}]"
                + thoughts;
    return "{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion\",\"created\":1719000000,\"model\":"
        + model(request)
        + ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + message
        + "},\"logprobs\":null,\"finish_reason\":\""
        + (tool.isEmpty() ? "stop" : "tool_calls")
        + "\"}]"
        + (usage ? ",\"usage\":" + counts() : "")
        + ",\"x_vendor\":{\"kept\":true}}";
  }

  private List<String> chatStream(JsonNode request) {
    List<String> events = new ArrayList<>();
    boolean asked = request.path("stream_options").path("include_usage").asBoolean(false) && usage;
    String tail = asked ? ",\"usage\":null" : "";
    events.add(chunk(request, "{\"role\":\"assistant\",\"content\":\"\"}", "null", tail));
    if (!reasoning.isEmpty())
      events.add(chunk(request, "{\"reasoning_content\":" + quote(reasoning) + "}", "null", tail));
    String tool = tool(request);
    if (tool.isEmpty()) {
      for (String piece : pieces)
        events.add(chunk(request, "{\"content\":" + quote(piece) + "}", "null", tail));
    } else {
      events.add(
          chunk(
              request,
              "{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":"
                  + quote(tool)
                  + ",\"arguments\":\"\"}}]}",
              "null",
              tail));
      for (String half : halves(arguments))
        events.add(
            chunk(
                request,
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quote(half) + "}}]}",
                "null",
                tail));
    }
    events.add(chunk(request, "{}", tool.isEmpty() ? "\"stop\"" : "\"tool_calls\"", tail));
    if (asked) events.add(data(CHUNK.formatted(model(request), "", ",\"usage\":" + counts())));
    events.add(data("[DONE]"));
    return events;
  }

  static List<String> halves(String text) {
    int half = text.length() / 2;
    return List.of(text.substring(0, half), text.substring(half));
  }

  private static String chunk(JsonNode request, String delta, String finish, String tail) {
    String choice =
        "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}";
    return data(CHUNK.formatted(model(request), choice, tail));
  }

  static String data(String json) {
    return "data: " + json + "\n\n";
  }

  private String completion(JsonNode request) {
    return "{\"id\":\"cmpl-9\",\"object\":\"text_completion\",\"created\":1719000000,\"model\":"
        + model(request)
        + ",\"choices\":[{\"index\":0,\"text\":"
        + quote(text())
        + ",\"logprobs\":null,\"finish_reason\":\"stop\"}]"
        + (usage ? ",\"usage\":" + counts() : "")
        + "}";
  }

  private List<String> completionStream(JsonNode request) {
    List<String> events = new ArrayList<>();
    String start =
        "{\"id\":\"cmpl-9\",\"object\":\"text_completion\",\"created\":1719000000,\"model\":";
    for (int i = 0; i < pieces.size(); i++)
      events.add(
          data(
              start
                  + model(request)
                  + ",\"choices\":[{\"index\":0,\"text\":"
                  + quote(pieces.get(i))
                  + ",\"finish_reason\":"
                  + (i == pieces.size() - 1 ? "\"stop\"" : "null")
                  + "}]}"));
    if (usage && request.path("stream_options").path("include_usage").asBoolean(false))
      events.add(data(start + model(request) + ",\"choices\":[],\"usage\":" + counts() + "}"));
    events.add(data("[DONE]"));
    return events;
  }

  private String embeddings(JsonNode request) {
    int inputs = request.path("input").isArray() ? request.path("input").size() : 1;
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < inputs; i++)
      data.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":")
          .append(i)
          .append(",\"embedding\":[0.25,-0.5,")
          .append(i)
          .append("]}");
    return "{\"object\":\"list\",\"data\":["
        + data
        + "],\"model\":"
        + model(request)
        + ",\"usage\":{\"prompt_tokens\":"
        + input
        + ",\"total_tokens\":"
        + input
        + "}}";
  }
}
