package dev.kedge.route;

import dev.kedge.base.KedgeException;
import dev.kedge.call.Dialect;
import dev.kedge.config.UpstreamSection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Pages over HTTP, with the upstream's key where the address is the upstream's own. Thread-safe.
 */
public final class HttpPages implements ServerPages, AutoCloseable {
  private static final long LARGEST_BYTES = 4 << 20;
  private static final String ANTHROPIC_VERSION = "2023-06-01";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .executor(threads)
          .build();

  @Override
  public byte[] read(UpstreamSection upstream, URI address, Duration timeout)
      throws IOException, InterruptedException {
    /* The client's own time limit ends with the headers; this one covers the body. */
    CompletableFuture<HttpResponse<byte[]>> call =
        client.sendAsync(
            request(upstream, address),
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_BYTES));
    try {
      HttpResponse<byte[]> response = call.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      int status = response.statusCode();
      if (status < 200 || status > 299) throw new IOException("status " + status);
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      call.cancel(true);
    }
  }

  private static HttpRequest request(UpstreamSection upstream, URI address) throws IOException {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(address).GET();
      if (!isOwn(upstream, address)) return request.build();
      upstream.headers().forEach(request::header);
      if (upstream.key().isPresent()) {
        String key = upstream.key().get().read();
        if (upstream.dialect() == Dialect.ANTHROPIC) {
          request.header("x-api-key", key).header("anthropic-version", ANTHROPIC_VERSION);
        } else {
          request.header("Authorization", "Bearer " + key);
        }
      }
      return request.build();
    } catch (KedgeException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean isOwn(UpstreamSection upstream, URI address) {
    URI own = URI.create(upstream.url());
    return own.getScheme().equals(address.getScheme())
        && own.getHost().equalsIgnoreCase(address.getHost())
        && own.getPort() == address.getPort();
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
