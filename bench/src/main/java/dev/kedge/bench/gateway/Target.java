package dev.kedge.bench.gateway;

import java.util.Map;

/**
 * Something to send calls to.
 *
 * @param name in tables
 * @param port on loopback
 * @param path of chat completions
 * @param headers beside those of HTTP
 * @param pid of its process, 0 for none
 */
record Target(String name, int port, String path, Map<String, String> headers, long pid) {
  Target {
    headers = Map.copyOf(headers);
  }

  /** A whole request for an answer of at most so many tokens. */
  byte[] request(String model, int tokens, boolean stream) {
    String body =
        "{\"model\":\""
            + model
            + "\",\"messages\":[{\"role\":\"system\",\"content\":\"You answer questions about"
            + " orders in one sentence.\"},{\"role\":\"user\",\"content\":\"When will order 48213"
            + " arrive, and who brings it?\"}],\"max_tokens\":"
            + tokens
            + (stream ? ",\"stream\":true" : "")
            + "}";
    StringBuilder head =
        new StringBuilder("POST ")
            .append(path)
            .append(" HTTP/1.1\r\nHost: 127.0.0.1:")
            .append(port)
            .append("\r\nContent-Type: application/json\r\nContent-Length: ")
            .append(body.length())
            .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return (head + "\r\n" + body).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}
