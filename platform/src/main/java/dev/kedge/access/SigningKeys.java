package dev.kedge.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The provider's public keys, fetched from the one configured address: in the background every five
 * minutes, and at once for a key that is not known, but never more often than every ten seconds, so
 * that made-up tokens cannot turn this process against the provider. If the provider cannot be
 * reached the last keys stay valid for a day. Any thread.
 */
final class SigningKeys {
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_STALE = Duration.ofDays(1);
  private static final int CONNECT_SECONDS = 3;
  private static final int ANSWER_SECONDS = 5;
  private static final int LARGEST_BYTES = 256 << 10;
  private static final int MOST_KEYS = 100;
  private static final System.Logger LOG = System.getLogger(SigningKeys.class.getName());
  private static final JsonMapper JSON = new JsonMapper();

  private final URI address;
  private final InstantSource clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(CONNECT_SECONDS))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  /* One fetch at a time; those who need its result wait for it. */
  private final ReentrantLock fetching = new ReentrantLock();

  /* Written by who fetches. */
  private volatile Snapshot snapshot = new Snapshot(List.of(), Instant.MIN, 0);
  private volatile Instant lastAttempt = Instant.MIN;

  /**
   * The keys at one time.
   *
   * @param generation another one means that the keys are others
   */
  private record Snapshot(List<SigningKey> keys, Instant fetched, long generation) {
    /** Without a name in the token only a single fitting key is taken. */
    Optional<SigningKey> find(String kid, JWSAlgorithm algorithm) {
      List<SigningKey> fitting =
          keys.stream()
              .filter(key -> key.algorithms().contains(algorithm))
              .filter(key -> kid.isEmpty() || key.kid().equals(kid))
              .toList();
      return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }
  }

  SigningKeys(URI address, InstantSource clock) {
    this.address = address;
    this.clock = clock;
  }

  /** Changes whenever the keys do; lets them be fetched anew in the background if need be. */
  long generation() {
    Snapshot now = snapshot;
    if (now.generation > 0
        && clock.instant().isAfter(now.fetched.plus(FRESH))
        && mayFetch()
        && !fetching.isLocked()) {
      Thread.ofVirtual().name("kedge-jwks").start(() -> fetchedSince(now));
    }
    return now.generation;
  }

  /**
   * The key that a token names.
   *
   * @param kid empty where it names none
   * @throws KedgeException {@link Failure.Unavailable} if the keys cannot be had
   */
  Optional<SigningKey> find(String kid, JWSAlgorithm algorithm) {
    Snapshot now = snapshot;
    Optional<SigningKey> found = now.find(kid, algorithm);
    if (found.isEmpty()) {
      now = fetchedSince(now);
      found = now.find(kid, algorithm);
    }
    if (now.generation == 0 || clock.instant().isAfter(now.fetched.plus(LONGEST_STALE))) {
      throw new KedgeException(
          new Failure.Unavailable(
              "tokens cannot be checked: the identity provider's keys cannot be fetched",
              "oidc_unavailable",
              (int) PAUSE.toSeconds()));
    }
    return found;
  }

  /** The keys after a fetch that began after {@code seen} was current, where one is allowed. */
  private Snapshot fetchedSince(Snapshot seen) {
    fetching.lock();
    try {
      if (snapshot.fetched.equals(seen.fetched) && mayFetch()) {
        lastAttempt = clock.instant();
        List<SigningKey> keys = parse(fetch());
        boolean same = seen.generation > 0 && keys.equals(seen.keys);
        snapshot = new Snapshot(keys, clock.instant(), seen.generation + (same ? 0 : 1));
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the identity provider's keys cannot be fetched from " + address + ": " + e.getMessage());
    } finally {
      fetching.unlock();
    }
    return snapshot;
  }

  private boolean mayFetch() {
    Instant last = lastAttempt;
    return last.equals(Instant.MIN) || clock.instant().isAfter(last.plus(PAUSE));
  }

  private byte[] fetch() throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(ANSWER_SECONDS))
            .header("Accept", "application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_BYTES));
    try {
      // The request's own time limit ends with the headers; this one is for all of it.
      HttpResponse<byte[]> response = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (response.statusCode() == 200) return response.body();
      throw new IOException("status " + response.statusCode());
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      answer.cancel(true);
    }
  }

  /** The keys of a JWK set that can be used; others in it, broken ones too, do not spoil them. */
  private static List<SigningKey> parse(byte[] body) throws IOException {
    JsonNode keys;
    try {
      keys = JSON.readTree(body).path("keys");
    } catch (JacksonException e) {
      throw new IOException("the answer is no JSON", e);
    }
    if (!keys.isArray()) throw new IOException("the answer is no JWK set");
    List<SigningKey> usable = new ArrayList<>();
    for (JsonNode key : keys) {
      if (usable.size() == MOST_KEYS) break;
      try {
        SigningKey.of(JWK.parse(key.toString())).ifPresent(usable::add);
      } catch (ParseException | RuntimeException e) {
        LOG.log(System.Logger.Level.DEBUG, "a key of the JWK set is left out", e);
      }
    }
    if (usable.isEmpty()) throw new IOException("the JWK set holds no key that verifies");
    return List.copyOf(usable);
  }
}
