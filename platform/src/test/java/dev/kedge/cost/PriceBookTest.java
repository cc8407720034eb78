package dev.kedge.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kedge.base.KedgeException;
import dev.kedge.config.CostPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceBookTest {
  @TempDir Path folder;

  private static CostPlan plan(String book) {
    return new CostPlan(1L, "a", 0, book, "s", 1, 0.5, 1.0, 1.0, 1.0, 12);
  }

  private PriceBook read(String text) throws IOException {
    Files.writeString(folder.resolve("prices.yaml"), text);
    return PriceBook.of(plan("prices.yaml"), folder);
  }

  @Test
  void theBundledBookNamesDateAndSourceOfEveryPrice() {
    PriceBook book = PriceBook.bundled();
    assertThat(book.apis()).isNotEmpty();
    assertThat(book.apis().values())
        .allSatisfy(price -> {
          assertThat(price.asOf()).matches("20\\d\\d-\\d\\d-\\d\\d");
          assertThat(price.source()).isNotBlank();
          assertThat(price.output()).isPositive();
        });
    assertThat(book.servers()).containsKey("own-small");
  }

  @Test
  void anEditedCopyTakesThePlaceOfTheBundledBook() throws IOException {
    String edited =
        PriceBook.bundledText()
            .replaceFirst("gpt-4o-mini:\\s*\\{input: 0.15", "our-contract:\n    {input: 0.11");
    PriceBook book = read(edited);
    assertThat(book.api("our-contract").input()).isEqualTo(0.11);
    assertThatThrownBy(() -> book.api("gpt-4o-mini"))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("no commercial model 'gpt-4o-mini'")
        .hasMessageContaining("our-contract");
    assertThat(PriceBook.of(plan(""), folder).apis()).containsKey("gpt-4o-mini");
  }

  @Test
  void unknownNamesAndMissingFilesTellWhatIsThere() {
    assertThatThrownBy(() -> PriceBook.bundled().server("mainframe"))
        .hasMessageContaining("no server 'mainframe'")
        .hasMessageContaining("own-small")
        .hasMessageContaining("--print-prices");
    assertThatThrownBy(() -> PriceBook.of(plan("nowhere.yaml"), folder))
        .isInstanceOf(KedgeException.class)
        .hasMessageContaining("nowhere.yaml");
  }

  @Test
  void mistakesAreToldWithFileAndLine() {
    String api = "currency: USD\napis:\n  a: {input: 1, output: 2, as_of: 2026-01-01, source: x}\n";
    String rest = "servers:\n  s: {hourly: 1, as_of: 2026-01-01, source: x}\n";
    String power = "power: {per_kwh: 0.2, as_of: 2026-01-01, source: x}\n";
    assertThatThrownBy(() -> read(api + rest.replace("hourly: 1", "hourly: 1, wats: 3") + power))
        .hasMessageContaining("prices.yaml:5")
        .hasMessageContaining("did you mean 'watts'");
    assertThatThrownBy(() -> read(api.replace(", source: x", "") + rest + power))
        .hasMessageContaining("prices.yaml:3")
        .hasMessageContaining("without a source");
    assertThatThrownBy(() -> read(api.replace("2026-01-01", "last week") + rest + power))
        .hasMessageContaining("prices.yaml:3")
        .hasMessageContaining("as_of must be a date");
    assertThatThrownBy(() -> read(api.replace("input: 1", "input: -1") + rest + power))
        .hasMessageContaining("prices.yaml:3")
        .hasMessageContaining("0 or more");
    assertThatThrownBy(() -> read(api + rest.replace("hourly: 1, ", "") + power))
        .hasMessageContaining("without a price");
    assertThatThrownBy(() -> read(api + rest + power.replace("0.2", ".inf")))
        .isInstanceOf(KedgeException.class);
    assertThatThrownBy(() -> read(api + rest)).hasMessageContaining("needs currency");
  }
}
