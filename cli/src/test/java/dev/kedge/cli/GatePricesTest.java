package dev.kedge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kedge.config.ConfigFile;
import dev.kedge.config.GateSection;
import dev.kedge.config.KedgeFile;
import dev.kedge.cost.PriceBook;
import dev.kedge.gate.ModelPrices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatePricesTest {
  private static final String CONFIG =
      """
      engine:
        - {name: small, file: models/small.gguf, price: {input: 0.1, output: 0.4}}
        - {name: free, file: models/free.gguf}
      upstreams:
        - name: a
          url: http://10.0.0.5:8000/v1
          models: [{name: desk, id: org/desk-7b, price: {input: 0.3, output: 0.6}}]
        - name: b
          url: http://10.0.0.6:8000/v1
          models: [{name: desk, price: {input: 0.2, output: 0.9}}, {name: other, price: {input: 7, output: 7}}]
      models:
        - {name: desk, upstreams: [[a], [b]], last_resort: small}
        - {name: gratis, last_resort: free}
      """;

  @TempDir private Path folder;
  private GatePrices prices = new GatePrices(Optional.empty(), Path.of("."), PriceBook.bundled());

  @BeforeEach
  void writeModels() throws IOException {
    Files.createDirectories(folder.resolve("models"));
    Files.createFile(folder.resolve("models/small.gguf"));
    Files.createFile(folder.resolve("models/free.gguf"));
    KedgeFile config = ConfigFile.parse(CONFIG, "kedge.yaml", KedgeFile.class);
    prices = new GatePrices(Optional.of(config), folder, PriceBook.bundled());
  }

  private ModelPrices.Known known(String model) throws IOException {
    return prices.of(model, model).candidate().orElseThrow();
  }

  @Test
  void aFileHasThePriceOfTheEngineThatRunsIt() throws IOException {
    ModelPrices.Known small = known(folder.resolve("models/../models/small.gguf").toString());
    assertThat(small.price()).isEqualTo(new GateSection.Price(0.1, 0.4));
    assertThat(small.source()).isEqualTo("engine 'small' of --config");
  }

  @Test
  void aModelOfTheGatewayHasTheHighestPriceOfThoseWhoMayAnswer() throws IOException {
    ModelPrices.Known desk = known("gateway:desk");
    assertThat(desk.price()).isEqualTo(new GateSection.Price(0.3, 0.9));
    assertThat(desk.source()).isEqualTo("model 'desk' of --config (a, b, small), the highest");
    assertThat(known("gateway:small").price()).isEqualTo(new GateSection.Price(0.1, 0.4));
  }

  @Test
  void anAddressHasThePriceOfTheUpstreamThatIsTheSameOrElseOfThePriceBook() throws IOException {
    ModelPrices.Known one = known("http://10.0.0.5:8000/v1#org/desk-7b");
    assertThat(one.price()).isEqualTo(new GateSection.Price(0.3, 0.6));
    assertThat(one.source()).contains("upstream 'a'");
    ModelPrices.Known api = known("https://api.openai.com/v1#gpt-4o-mini");
    assertThat(api.price()).isEqualTo(new GateSection.Price(0.15, 0.6));
    assertThat(api.source()).startsWith("the price book, 'gpt-4o-mini' as of 20");
  }

  @Test
  void whatIsFreeOrUnknownHasNoPrice() throws IOException {
    assertThat(prices.of("gateway:gratis", "http://10.0.0.9/v1#nobody"))
        .isEqualTo(ModelPrices.NONE);
    assertThat(prices.of(folder.resolve("models/free.gguf").toString(), "gateway:gratis"))
        .isEqualTo(ModelPrices.NONE);
  }
}
