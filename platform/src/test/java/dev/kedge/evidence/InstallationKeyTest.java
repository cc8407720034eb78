package dev.kedge.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationKeyTest {
  @TempDir private Path data;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theKeyIsMadeOnceAndReadableByItsOwnerOnly() throws IOException {
    InstallationKey key = InstallationKey.open(data);
    assertThat(InstallationKey.open(data).id()).isEqualTo(key.id());
    Path file = data.resolve("keys/installation.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    VerificationKey shared = VerificationKey.read(InstallationKey.publicFile(data));
    assertThat(shared.id()).isEqualTo(key.id());
    assertThat(shared.verifies(bytes("a"), key.sign(bytes("a")))).isTrue();
    assertThat(shared.verifies(bytes("b"), key.sign(bytes("a")))).isFalse();
    assertThat(shared.verifies(bytes("a"), new byte[3])).isFalse();
  }

  @Test
  void manyWhoMakeItAtOnceEndWithTheSameKey() throws Exception {
    List<Future<String>> ids = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 16; i++) ids.add(threads.submit(() -> InstallationKey.open(data).id()));
    }
    String first = ids.getFirst().get();
    for (Future<String> id : ids) assertThat(id.get()).isEqualTo(first);
    try (var left = Files.list(data.resolve("keys"))) {
      assertThat(left).hasSize(2);
    }
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws IOException {
    InstallationKey.open(data);
    Files.setPosixFilePermissions(
        data.resolve("keys/installation.pem"), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> InstallationKey.open(data))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void aBrokenKeyIsNamed() throws IOException {
    InstallationKey.open(data);
    Path file = data.resolve("keys/installation.pem");
    String pem = Files.readString(file);
    Files.writeString(file, pem.replaceFirst("-----BEGIN PRIVATE", "-----BEGIN OTHER"));
    assertThatThrownBy(() -> InstallationKey.open(data)).hasMessageContaining("no Ed25519 key");
  }

  /** The example of the specification of DSSE. */
  @Test
  void typeAndContentAreSignedTogether() {
    assertThat(
            new String(
                Envelope.preAuthentication("http://example.com/HelloWorld", bytes("hello world")),
                StandardCharsets.UTF_8))
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  }
}
