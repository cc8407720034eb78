/**
 * How often the verdicts of a comparison are wrong, and how often they see what is there.
 *
 * <p>{@link dev.kedge.bench.verdicts.VerdictSimulation} draws pairs of models whose true difference
 * is known, has them judged as a gate does, and counts. {@link dev.kedge.bench.verdicts.Models} are
 * the models: shares with a base rate and a correlation between the two, F1 over fields, and shares
 * of examples that share a document. {@link dev.kedge.bench.verdicts.SequentialSimulation} does the
 * same for intervals that are looked at after every call.
 */
@NullMarked
package dev.kedge.bench.verdicts;

import org.jspecify.annotations.NullMarked;
