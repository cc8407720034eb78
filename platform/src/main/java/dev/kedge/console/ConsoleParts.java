package dev.kedge.console;

import dev.kedge.access.Principal;
import dev.kedge.config.ConsoleSection;
import dev.kedge.eval.data.Datasets;
import dev.kedge.gate.GateDesk;
import dev.kedge.gateway.Gateway;
import dev.kedge.label.Labelling;
import dev.kedge.rollout.RolloutDesk;
import dev.kedge.usage.UsageStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a console is made of.
 *
 * @param access tells who sends a credential, or refuses it
 * @param open whether nobody has to sign in now; only for a server on this machine
 * @param gateway whose models are shown
 * @param alive whether the models of this process compute
 * @param usage absent: nothing is recorded
 * @param labelling where labels are kept
 * @param datasets of this installation
 * @param gates with signatures and evidence
 * @param rollouts candidates in running traffic
 * @param data folder with runs and reports
 * @param random a secure source
 */
public record ConsoleParts(
    ConsoleSection section,
    Function<String, Principal> access,
    BooleanSupplier open,
    Gateway gateway,
    BooleanSupplier alive,
    Optional<UsageStore> usage,
    Labelling labelling,
    Datasets datasets,
    GateDesk gates,
    RolloutDesk rollouts,
    Path data,
    InstantSource clock,
    RandomGenerator random) {}
