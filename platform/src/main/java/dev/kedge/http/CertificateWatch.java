package dev.kedge.http;

import dev.kedge.base.KedgeException;
import dev.kedge.config.ServerSection.Tls;
import io.helidon.common.tls.TlsConfig;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows new connections the certificate that the files hold now. Open connections keep the one that
 * they began with; a pair that cannot be used leaves the last good one in place.
 */
final class CertificateWatch extends X509ExtendedKeyManager implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CertificateWatch.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Tls files;
  private final Thread watcher;
  private volatile Shown shown;
  private String complaint = "";

  /* A handshake asks for alias, key and chain one by one: so the last pair stays for those begun. */
  private record Shown(String alias, ServerCertificate now, ServerCertificate before) {}

  /**
   * Reads both files and keeps watching them.
   *
   * @throws KedgeException naming the file that cannot be used
   */
  CertificateWatch(Tls files) {
    this.files = files;
    ServerCertificate first = ServerCertificate.read(files);
    this.shown = new Shown("0", first, first);
    this.watcher = Thread.ofVirtual().name("kedge-certificate").unstarted(this::watch);
    watcher.start();
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        look();
      }
    } catch (InterruptedException _) {
      /* The server closes. */
    }
  }

  /** Takes over what the files hold. They are small: reading them is surer than their times. */
  synchronized void look() {
    try {
      ServerCertificate read = ServerCertificate.read(files);
      complaint = "";
      Shown old = shown;
      if (read.equals(old.now)) return;
      shown = new Shown(Long.toString(Long.parseLong(old.alias) + 1), read, old.now);
      LOG.log(Level.INFO, "new connections get the certificate now in " + files.certificate());
    } catch (KedgeException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(complaint)) LOG.log(Level.WARNING, why + "; the last good one stays");
      complaint = why;
    }
  }

  /** TLS 1.2 and 1.3 with HTTP/1.1. */
  TlsConfig tls() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {this}, null, null);
      return TlsConfig.builder()
          .sslContext(context)
          .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
          .applicationProtocols(List.of("http/1.1"))
          .buildPrototype();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private @Nullable String alias(@Nullable String type) {
    Shown current = shown;
    return current.now.key().getAlgorithm().equals(type) ? current.alias : null;
  }

  private ServerCertificate of(String alias) {
    Shown current = shown;
    return alias.equals(current.alias) ? current.now : current.before;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(type);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, Socket socket) {
    return alias(type);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return of(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return of(alias).key();
  }

  @Override
  public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
    String alias = alias(type);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, Socket socket) {
    return null;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
