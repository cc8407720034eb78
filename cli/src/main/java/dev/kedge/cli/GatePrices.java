package dev.kedge.cli;

import dev.kedge.config.EngineSection;
import dev.kedge.config.GateSection;
import dev.kedge.config.KedgeFile;
import dev.kedge.config.ModelSection;
import dev.kedge.config.UpstreamSection;
import dev.kedge.cost.PriceBook;
import dev.kedge.gate.ModelPrices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What Kedge knows already of the prices of models that a command line names: from the gateway's
 * configuration where one is named, else from the task's price book. A price of nothing, which is
 * what a configuration means that names none, is no price.
 *
 * @param config the gateway's configuration
 * @param folder in which it lies
 * @param book of the task
 */
record GatePrices(Optional<KedgeFile> config, Path folder, PriceBook book) {
  private static final String DOLLARS = "USD";

  /** Of the two models of a gate. */
  ModelPrices of(String current, String candidate) throws IOException {
    return new ModelPrices(of(current), of(candidate));
  }

  private Optional<ModelPrices.Known> of(String model) throws IOException {
    return switch (ModelPlace.of(model, config)) {
      case ModelPlace.Gguf gguf -> engine(gguf.file());
      case ModelPlace.Server server when model.startsWith("gateway:") -> served(server.name());
      case ModelPlace.Server server -> {
        Optional<ModelPrices.Known> known = upstream(server);
        yield known.isPresent() ? known : booked(server.name());
      }
    };
  }

  private Optional<ModelPrices.Known> engine(Path file) throws IOException {
    for (EngineSection engine : config.map(KedgeFile::engine).orElse(List.of())) {
      Path own = folder.resolve(engine.file());
      if (Files.isRegularFile(own) && Files.isSameFile(own, file)) {
        return worst(List.of(engine.price()), "engine '" + engine.name() + "' of --config");
      }
    }
    return Optional.empty();
  }

  /* Whoever may answer under that name; the highest price, as budgets reserve it. */
  private Optional<ModelPrices.Known> served(String name) {
    KedgeFile file = config.orElseThrow();
    Optional<ModelSection> model =
        file.models().stream().filter(one -> one.name().equals(name)).findFirst();
    List<UpstreamSection.Price> prices = new ArrayList<>();
    TreeSet<String> who = new TreeSet<>();
    for (UpstreamSection upstream : file.upstreams()) {
      boolean asked =
          model.isEmpty()
              || model.get().upstreams().stream().anyMatch(g -> g.contains(upstream.name()));
      Optional<UpstreamSection.Served> served = upstream.model(name);
      if (!asked || served.isEmpty()) continue;
      prices.add(served.get().price());
      who.add(upstream.name());
    }
    String last = model.flatMap(ModelSection::lastResort).orElse(model.isEmpty() ? name : "");
    for (EngineSection engine : file.engine()) {
      if (!engine.name().equals(last)) continue;
      prices.add(engine.price());
      who.add(engine.name());
    }
    String whose = "model '" + name + "' of --config (" + String.join(", ", who) + ")";
    return worst(prices, prices.size() > 1 ? whose + ", the highest" : whose);
  }

  private Optional<ModelPrices.Known> upstream(ModelPlace.Server server) {
    String address = server.address().toString().replaceAll("/$", "");
    for (UpstreamSection upstream : config.map(KedgeFile::upstreams).orElse(List.of())) {
      if (!upstream.url().equals(address)) continue;
      for (UpstreamSection.Served served : upstream.models()) {
        if (!served.id().equals(server.name())) continue;
        return worst(
            List.of(served.price()),
            "model '" + served.name() + "' of the upstream '" + upstream.name() + "' of --config");
      }
    }
    return Optional.empty();
  }

  private Optional<ModelPrices.Known> booked(String name) {
    PriceBook.ApiPrice price = book.apis().get(name);
    if (price == null || !book.currency().equals(DOLLARS)) return Optional.empty();
    if (price.input() + price.output() == 0) return Optional.empty();
    return Optional.of(
        new ModelPrices.Known(
            new GateSection.Price(price.input(), price.output()),
            "the price book, '" + name + "' as of " + price.asOf() + " (" + price.source() + ")"));
  }

  private static Optional<ModelPrices.Known> worst(
      List<UpstreamSection.Price> prices, String source) {
    double input = prices.stream().mapToDouble(one -> one.input().doubleValue()).max().orElse(0);
    double output = prices.stream().mapToDouble(one -> one.output().doubleValue()).max().orElse(0);
    if (input + output == 0) return Optional.empty();
    return Optional.of(new ModelPrices.Known(new GateSection.Price(input, output), source));
  }
}
