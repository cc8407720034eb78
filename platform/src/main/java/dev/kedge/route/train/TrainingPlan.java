package dev.kedge.route.train;

import dev.kedge.route.tier.Aim;
import dev.kedge.route.tier.Prices;
import java.util.Optional;

/**
 * What training is asked for.
 *
 * @param split what is held together when examples are dealt to folds
 * @param seed of everything that is drawn
 * @param aim what the threshold is chosen for
 * @param prices of both models, where they are known
 */
public record TrainingPlan(Split split, long seed, Aim aim, Optional<Prices> prices) {}
