/**
 * Which model answers a call of a virtual model: the small one or the large one.
 *
 * <p>{@link dev.kedge.route.tier.Tiers} decides, in this order: the rules of the configuration, the
 * first that matches; then a {@link dev.kedge.route.tier.Classifier} that gives a calibrated
 * probability that the small model's answer is as good as the large one's, against a threshold;
 * without a classifier, the large model. The decision carries its reason, which the reply's header
 * tells; the same text and file give the same decision anywhere.
 *
 * <p>The classifier is logistic regression over hashed words and runs of characters ({@link
 * dev.kedge.route.tier.Features}). That is small enough to look at every call: no model is asked, a
 * thousand characters take tens of microseconds, and each decision can be taken apart into the
 * words that made it. {@link dev.kedge.route.tier.RouteFile} reads and writes it, with the curve of
 * quality against cost that was measured on data it had not seen; a quality floor or cost ceiling
 * of the configuration is looked up there. {@code dev.kedge.route.train} makes such files.
 *
 * <p>{@link dev.kedge.route.tier.Cascade} is the other way: the small model answers first, and the
 * large one where a check fails. The answer must be held back whole for that, and both calls are
 * paid.
 *
 * <p>What is looked at is the text of the user's messages. A picture, a tool's answer or an earlier
 * answer of the assistant are not seen; a call with pictures goes to the large model unless a rule
 * says otherwise.
 */
@NullMarked
package dev.kedge.route.tier;

import org.jspecify.annotations.NullMarked;
