/**
 * How far people agree, beyond chance.
 *
 * <p>{@link dev.kedge.label.agreement.Ratings} are nominal labels by unit and person, some missing.
 * {@link dev.kedge.label.agreement.CohenKappa} is for two people on the units that both labelled;
 * {@link dev.kedge.label.agreement.KrippendorffAlpha} for any number, with whatever is there.
 * Intervals come from resampling units with a seed ({@link dev.kedge.label.agreement.Resampling}),
 * never labels: two labels of one unit are not independent. {@link
 * dev.kedge.label.agreement.Agreement} puts them together with the prevalence of each label,
 * without which neither coefficient can be read: where nearly everything is of one kind, both are
 * low although people rarely differ.
 */
@NullMarked
package dev.kedge.label.agreement;

import org.jspecify.annotations.NullMarked;
