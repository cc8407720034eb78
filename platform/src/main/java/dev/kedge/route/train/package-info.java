/**
 * Learns from scored examples when the small model's answer is good enough, and says honestly
 * whether routing by it pays.
 *
 * <p>{@link dev.kedge.route.train.ScoredData} reads examples. {@link
 * dev.kedge.route.train.CrossValidation} predicts every example by a model that saw neither it nor
 * its group, strength of regularisation included; all figures come from these predictions. {@link
 * dev.kedge.route.train.CostQuality} turns them into the curve of quality against cost with
 * intervals from a bootstrap over groups, against mixing both models at random. A threshold is
 * chosen by {@link dev.kedge.route.train.Promise} with a confidence bound. {@link
 * dev.kedge.route.train.RouteReport} tells it all as text, JSON and a page.
 *
 * <p>Everything is a function of the data and the seed: the same input gives the same file, byte
 * for byte, on any machine and with any number of threads.
 */
@NullMarked
package dev.kedge.route.train;

import org.jspecify.annotations.NullMarked;
