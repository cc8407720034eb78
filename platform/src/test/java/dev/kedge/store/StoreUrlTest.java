package dev.kedge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUrlTest {
  @Test
  void filesAndServersAreToldApart() {
    assertThat(StoreUrl.parse("sqlite:data/kedge.db"))
        .isEqualTo(new StoreUrl.Sqlite(Path.of("data/kedge.db")));
    assertThat(StoreUrl.parse("postgresql://kedge@db.local:5433/k?sslmode=require"))
        .isEqualTo(
            new StoreUrl.Postgres("jdbc:postgresql://db.local:5433/k?sslmode=require", "kedge"));
    assertThat(StoreUrl.parse("jdbc:postgresql://db/k?user=kedge"))
        .isEqualTo(new StoreUrl.Postgres("jdbc:postgresql://db/k?user=kedge", ""));
  }

  @Test
  void messagesShowThePlaceWithoutTheUser() {
    assertThat(StoreUrl.parse("postgresql://kedge@db/k?user=x").shown())
        .isEqualTo("postgresql://db/k");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://kedge:s3cret@db/k",
        "postgresql://db/k?user=x&password=s3cret",
        "jdbc:postgresql://db/k?PASSWORD=s3cret"
      })
  void aPasswordInTheUrlIsRefusedAndNotRepeated(String url) {
    assertThatThrownBy(() -> StoreUrl.parse(url))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("by reference")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "kedge.db",
        "mysql://db/k",
        "sqlite:",
        "sqlite::memory:",
        "sqlite:a\0b",
        "postgresql://db",
        "postgresql:///k",
        "postgresql://d b/k"
      })
  void anythingElseIsRefusedWithAnExample(String url) {
    assertThatThrownBy(() -> StoreUrl.parse(url))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("for example sqlite:kedge.db");
  }

  @Test
  void aServerThatIsNotThereIsToldQuickly() {
    assertThatThrownBy(() -> Store.open("postgresql://x@127.0.0.1:1/k"))
        .isInstanceOf(KedgeException.class)
        .hasMessageStartingWith("the store postgresql://127.0.0.1:1/k failed: ");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused(@org.junit.jupiter.api.io.TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("no.db");
    java.nio.file.Files.writeString(file, "this is no database ".repeat(100));
    assertThatThrownBy(() -> Store.open("sqlite:" + file))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("no.db failed: ");
  }
}
