package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPlaceTest {
  @TempDir private Path folder;

  @Test
  void aFileAnAddressAndAModelOfTheGatewayAreToldApart() throws IOException {
    Path file = Files.createFile(folder.resolve("m.gguf"));
    assertThat(ModelPlace.of(file.toString())).isEqualTo(new ModelPlace.Gguf(file));
    URI address = URI.create("http://host:8000/v1");
    assertThat(ModelPlace.of(address + "#desk")).isEqualTo(new ModelPlace.Server(address, "desk"));
    assertThat(ModelPlace.of(address.toString())).isEqualTo(new ModelPlace.Server(address, ""));
    assertThatThrownBy(() -> ModelPlace.of("gateway:desk", Optional.empty()))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("--config");
    assertThatThrownBy(() -> ModelPlace.of("nowhere.gguf"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("no model at nowhere.gguf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:sesame@host/v1#m", "https://host/v1?key=sesame#m"})
  void aKeyInAnAddressIsRefusedByWhateverAsksAndNotShown(String address) {
    assertThatThrownBy(() -> Answering.open(address))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("KEDGE_API_KEY")
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(() -> Answering.at(address, "m"))
        .isInstanceOf(KedgeException.class)
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(() -> ReplaySide.open(address, Optional.empty()))
        .isInstanceOf(KedgeException.class)
        .hasMessageNotContaining("sesame");
  }
}
