/**
 * YAML files to records. {@link dev.kedge.config.ConfigFile} reads any record strictly: an unknown
 * key, a wrong type or a value out of range is an error that names file, line and the nearest known
 * key. Records fill their own defaults in their compact constructors, so that one place tells what
 * a missing key means.
 *
 * <p>{@link dev.kedge.config.TaskFile} describes one task: the model, the holdout with its scoring,
 * what counts as good enough, the load to expect, and the inputs of the cost comparison.
 * Evaluation, load test, cost and pilot each read their part of it.
 *
 * <p>{@link dev.kedge.config.CaptureRule} says which exchanges of a task are kept in full.
 */
@NullMarked
package dev.kedge.config;

import org.jspecify.annotations.NullMarked;
