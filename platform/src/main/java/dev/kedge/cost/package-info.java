/**
 * What the work costs on a commercial API and on a machine of one's own, people's hours included.
 *
 * <p>Prices come from a dated, sourced {@link dev.kedge.cost.PriceBook} that users edit; tokens and
 * throughput are measured; everything else is an input of the task file. Every input is an {@link
 * dev.kedge.cost.Input} with its source and a range, and {@link dev.kedge.cost.CostComparison}
 * carries the ranges through to the end: sums of ranges, no false precision. The comparison says at
 * which volume the two ways cost the same.
 */
@NullMarked
package dev.kedge.cost;

import org.jspecify.annotations.NullMarked;
