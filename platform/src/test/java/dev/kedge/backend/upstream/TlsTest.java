package dev.kedge.backend.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.kedge.base.Failure;
import dev.kedge.base.KedgeException;
import dev.kedge.base.Watchdog;
import dev.kedge.call.AnswerPart;
import dev.kedge.call.Api;
import dev.kedge.config.UpstreamKind;
import dev.kedge.observe.Warns;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server is believed only with a certificate that is trusted and names it. */
class TlsTest {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String STREAM = "{\"model\":\"small\",\"messages\":[],\"stream\":true}";

  @TempDir private static Path folder;
  private static SSLContext context;
  private Watchdog watchdog;

  @BeforeAll
  static void certify() throws Exception {
    context = certified("ip:127.0.0.1");
  }

  @BeforeEach
  void start() {
    watchdog = new Watchdog();
  }

  @AfterEach
  void stop() {
    watchdog.close();
  }

  /* A certificate of its own for a name, as the JDK's tool makes it. */
  private static SSLContext certified(String name) throws Exception {
    Path file = folder.resolve("store.p12");
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String told = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tool.waitFor()).as(told).isZero();
    return context(file);
  }

  private static SSLContext context(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    String alias = store.aliases().nextElement();
    trusted.setCertificateEntry(alias, store.getCertificate(alias));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private List<AnswerPart> ask(URI url, SSLSocketFactory trusting) throws InterruptedException {
    Upstream upstream =
        new Upstream(Calls.section(url, UpstreamKind.OPENAI, Calls.PATIENT), trusting, watchdog);
    Calls.all(upstream.start(Calls.sent(Api.CHAT_COMPLETIONS, STREAM), Calls.context()));
    return Calls.all(upstream.start(Calls.sent(Api.CHAT_COMPLETIONS, STREAM), Calls.context()));
  }

  private Failure failure(URI url, SSLSocketFactory trusting) {
    return catchThrowableOfType(KedgeException.class, () -> ask(url, trusting)).failure();
  }

  @Test
  @Warns("unable to find valid certification path")
  void aTrustedServerOfTheRightNameAnswers() throws Exception {
    try (TestingUpstream server = new TestingUpstream(context.getServerSocketFactory())) {
      server.always(new TestingUpstream.Fault.Trickle(0));

      assertThat(ask(server.url(), context.getSocketFactory()).getLast())
          .isInstanceOf(AnswerPart.End.class);
      assertThat(server.accepted()).isEqualTo(1);
      assertThat(failure(server.url(), (SSLSocketFactory) SSLSocketFactory.getDefault()))
          .satisfies(failed -> assertThat(failed.code()).isEqualTo("upstream_unreachable"));
    }
  }

  @Test
  @Warns("No name matching localhost")
  void aServerOfAnotherNameIsRefused() throws Exception {
    try (TestingUpstream server = new TestingUpstream(context.getServerSocketFactory())) {
      URI other = URI.create(server.url().toString().replace("127.0.0.1", "localhost"));

      assertThat(failure(other, context.getSocketFactory()))
          .satisfies(failed -> assertThat(failed.code()).isEqualTo("upstream_unreachable"));
      assertThat(server.seen()).isEmpty();
    }
  }
}
