package dev.kedge.route.tier;

import dev.kedge.base.KedgeException;
import dev.kedge.call.ApiRequest;
import dev.kedge.config.TierSection;
import dev.kedge.config.TierSection.Rule;
import dev.kedge.config.TierSection.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides who answers the calls of one virtual model. Immutable, for all threads; a reload makes a
 * new one.
 */
public final class Tiers {
  private final TierSection section;
  private final Rules rules;
  private final Optional<RouteModel> model;
  private final double threshold;
  private final Optional<Cascade> cascade;

  private Tiers(TierSection section, Optional<RouteModel> model) {
    this.section = section;
    this.rules = new Rules(section.rules());
    this.model = model;
    this.threshold =
        model
            .map(trained ->
                Aim.of(section)
                    .map(aim -> aim.threshold(trained.curve(), trained.prices()))
                    .orElse(trained.threshold()))
            .orElse(0.0);
    this.cascade =
        section.cascade() ? Optional.of(new Cascade(section.checks())) : Optional.empty();
  }

  /**
   * As a configuration says.
   *
   * @param folder where the classifier's file is looked for
   * @throws KedgeException if the classifier's file is broken, or lacks what the aim needs
   */
  public static Tiers of(TierSection section, Path folder) throws IOException {
    Optional<RouteModel> model = Optional.empty();
    if (section.classifier().isPresent()) {
      model = Optional.of(RouteFile.read(folder.resolve(section.classifier().get())));
    }
    return new Tiers(section, model);
  }

  /** With a classifier that has been read, or without one. */
  public static Tiers of(TierSection section, Optional<RouteModel> model) {
    return new Tiers(section, model);
  }

  /** What checks answers of the small model before they are sent, where that is asked for. */
  public Optional<Cascade> cascade() {
    return cascade;
  }

  /** Name of the large model. */
  public String large() {
    return section.large();
  }

  /** The small model answers from this probability on; 0 without a classifier. */
  public double threshold() {
    return threshold;
  }

  /** The classifier and its measurements. */
  public Optional<RouteModel> model() {
    return model;
  }

  /**
   * Who answers. The same call and caller always get the same decision.
   *
   * @throws KedgeException if the call is for embeddings, which cannot be routed so
   */
  public TierDecision decide(ApiRequest request, TierFacts caller) {
    RequestFacts facts = RequestFacts.of(request);
    Optional<Rule> rule = rules.first(facts, caller);
    if (rule.isPresent()) {
      return decision(rule.get().tier(), "rule name=" + rule.get().name(), OptionalDouble.empty());
    }
    if (model.isEmpty()) return without();
    if (facts.images()) return decision(Tier.LARGE, "images", OptionalDouble.empty());
    if (facts.tokenIds() > 0) return decision(Tier.LARGE, "token-ids", OptionalDouble.empty());
    if (facts.text().isBlank()) return decision(Tier.LARGE, "empty", OptionalDouble.empty());
    return classified(model.get().classifier().probability(facts.text()));
  }

  private TierDecision without() {
    return cascade.isPresent()
        ? decision(Tier.SMALL, "cascade", OptionalDouble.empty())
        : decision(Tier.LARGE, "default", OptionalDouble.empty());
  }

  private TierDecision classified(double probability) {
    return decision(
        probability >= threshold ? Tier.SMALL : Tier.LARGE,
        "classifier p="
            + TierDecision.decimals(probability)
            + " threshold="
            + TierDecision.decimals(threshold),
        OptionalDouble.of(probability));
  }

  private TierDecision decision(Tier tier, String reason, OptionalDouble probability) {
    return new TierDecision(
        tier, tier == Tier.SMALL ? section.small() : section.large(), reason, probability);
  }

  /** The text that the classifier looks at. */
  public static String classifiedText(ApiRequest request) {
    return RequestFacts.of(request).text();
  }
}
