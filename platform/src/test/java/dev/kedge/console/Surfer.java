package dev.kedge.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody with a browser: keeps the cookie, and sends forms as a browser does. */
final class Surfer {
  private static final Pattern TOKEN =
      Pattern.compile("<input type=\"hidden\" name=\"token\" value=\"([0-9a-f]+)\">");

  private final RunningConsole console;
  private final HttpClient http;
  String cookie = "";

  Surfer(RunningConsole console, HttpClient http) {
    this.console = console;
    this.http = http;
  }

  /** Reads a page; redirects are not followed. */
  HttpResponse<String> get(String path) {
    return send(request(path));
  }

  /** The token of the form on a page. */
  String token(String path) {
    Matcher matcher = TOKEN.matcher(get(path).body());
    if (!matcher.find()) throw new AssertionError("no form on " + path);
    return matcher.group(1);
  }

  /** Sends a form that stands on a page. */
  HttpResponse<String> post(String page, String action, Map<String, String> fields) {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.putIfAbsent("token", token(page));
    return send(form(action, all).header("Origin", console.origin()));
  }

  /** A form as it stands, without the headers that a browser adds. */
  HttpRequest.Builder form(String action, Map<String, String> fields) {
    String body =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return request(action)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(console.address(path))).timeout(Duration.ofSeconds(20));
    return cookie.isEmpty() ? request : request.header("Cookie", "kedge=" + cookie);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Optional<String> set = response.headers().firstValue("Set-Cookie");
      if (set.isPresent() && set.get().startsWith("kedge=")) {
        cookie = set.get().substring("kedge=".length(), set.get().indexOf(';'));
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives a name where nobody signs in. */
  Surfer named(String name) {
    HttpResponse<String> response = post("/console/name", "/console/name", Map.of("name", name));
    if (response.statusCode() != 303) throw new AssertionError(response.body());
    return this;
  }

  /** Signs in with a key. */
  HttpResponse<String> signIn(String key) {
    return post("/console/sign-in", "/console/sign-in", Map.of("credential", key));
  }
}
