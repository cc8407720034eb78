package dev.kedge.http;

import static dev.kedge.http.Client.rawPost;
import static dev.kedge.http.Client.readUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ServerSection.Tls;
import dev.kedge.observe.Warns;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  @TempDir Path folder;
  private Tls files;

  @BeforeEach
  void place() {
    files = new Tls(folder.resolve("cert.pem"), folder.resolve("key.pem"));
  }

  /** Writes a new pair with the JDK's keytool and returns its certificate. */
  private X509Certificate write(String algorithm, String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    X509Certificate certificate = (X509Certificate) keys.getCertificate("a");
    pem(files.certificate(), "CERTIFICATE", certificate.getEncoded());
    pem(files.key(), "PRIVATE KEY", keys.getKey("a", "secret".toCharArray()).getEncoded());
    return certificate;
  }

  private static void pem(Path file, String kind, byte[] bytes) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  private RunningServer serve() {
    Duration time = Duration.ofSeconds(20);
    HttpOptions plain = RunningServer.options(time, time);
    HttpOptions options =
        new HttpOptions(
            plain.host(),
            0,
            plain.maxBodyBytes(),
            plain.maxConnections(),
            time,
            time,
            time,
            time,
            plain.names(),
            false,
            Optional.of(files));
    return new RunningServer(2, Duration.ofMinutes(1), options);
  }

  private static SSLContext trusting(X509Certificate trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("a", trusted);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** A connection that trusts one certificate only. */
  private static SSLSocket connect(
      RunningServer running, X509Certificate trusted, String... versions) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trusting(trusted)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), running.server.port());
    if (versions.length > 0) socket.setEnabledProtocols(versions);
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static byte[] completion(String script, String more) {
    return rawPost(
        "/v1/completions", "{\"model\":\"testing\",\"prompt\":\"" + script + "\"" + more + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void answersOverTls(String algorithm) throws Exception {
    X509Certificate certificate = write(algorithm, "one");
    try (RunningServer running = serve();
        Socket socket = connect(running, certificate)) {
      assertThat(running.server.url()).startsWith("https://127.0.0.1:");
      socket.getOutputStream().write(completion("say hello", ""));
      readUntil(socket.getInputStream(), "\"text\":\"hello\"");
    }
  }

  @Test
  void aStreamGoesOnWhileNewConnectionsGetTheNewCertificate() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve()) {
      try (Socket stream = connect(running, one)) {
        stream.getOutputStream().write(completion("say a|hang", ",\"stream\":true"));
        InputStream in = stream.getInputStream();
        readUntil(in, "\"text\":\"a\"");
        X509Certificate two = write("RSA", "two");
        running.server.lookAtCertificate();
        assertThatThrownBy(() -> connect(running, one)).isInstanceOf(IOException.class);
        try (Socket next = connect(running, two)) {
          next.getOutputStream().write(completion("say b", ""));
          readUntil(next.getInputStream(), "\"text\":\"b\"");
        }
        assertThat(running.backend.taken()).isEqualTo(1);
      }
    }
  }

  @Test
  void aClientThatLeavesItsStreamFreesItsPlace() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve()) {
      try (Socket socket = connect(running, one)) {
        socket.getOutputStream().write(completion("say a|hang", ",\"stream\":true,\"n\":2"));
        readUntil(socket.getInputStream(), "\"text\":\"a\"");
        Client.await(() -> running.backend.taken() == 2);
      }
      /* The next keep-alive is 20 s away, so it is the leaving itself that is noticed. */
      Client.await(() -> running.backend.taken() == 0);
    }
  }

  @Test
  void aClientThatLeavesWhileItWaitsFreesItsPlace() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve()) {
      try (Socket socket = connect(running, one)) {
        socket.getOutputStream().write(completion("hang", ""));
        Client.await(() -> running.backend.taken() == 1);
      }
      Client.await(() -> running.backend.taken() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothVersionsInUseAreSpokenAndSeveralRequestsOnOneConnection(String version)
      throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve();
        SSLSocket socket = connect(running, one, version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write(completion("say hello", ""));
        readUntil(socket.getInputStream(), "\"text\":\"hello\"");
        readUntil(socket.getInputStream(), "}}}");
      }
    }
  }

  @Test
  void clientsThatOfferHttp2AreAnsweredOverHttp1() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(trusting(one))
                .build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(running.server.url() + "/models")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  @Warns("the last good one stays")
  void aBrokenReplacementKeepsTheOldOne() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve()) {
      Files.writeString(files.key(), "nonsense");
      running.server.lookAtCertificate();
      connect(running, one).close();
    }
  }

  @Test
  void plainHttpIsNotAnswered() throws Exception {
    X509Certificate one = write("EC", "one");
    try (RunningServer running = serve()) {
      try (Socket plain = running.client.raw()) {
        plain.getOutputStream().write(completion("say a", ""));
        String answer =
            new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).doesNotContain("HTTP/1.1 200").doesNotContain("\"text\"");
      } catch (IOException reset) {
        assertThat(reset).isNotInstanceOf(java.net.SocketTimeoutException.class);
      }
      connect(running, one).close();
    }
  }

  @Test
  void aBrokenKeyAtStartNamesTheFile() throws Exception {
    write("EC", "one");
    Files.writeString(files.key(), "nonsense");
    assertThatThrownBy(this::serve)
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("key.pem")
        .hasMessageContaining("PKCS #8");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    write("EC", "one");
    String key = Files.readString(files.key());
    write("EC", "two");
    Files.writeString(files.key(), key);
    assertThatThrownBy(this::serve).hasMessageContaining("is not the key of");
  }
}
