/**
 * The console in a real browser: {@link dev.kedge.bench.console.Browser} drives a Chromium over its
 * DevTools protocol, {@link dev.kedge.bench.console.Tab} is a page in it. The browser tests use
 * them, and {@link dev.kedge.bench.console.LabellingBench} measures what labelling costs: the same
 * keys that a person would press, counted and timed, and from their number an estimate for people.
 */
@NullMarked
package dev.kedge.bench.console;

import org.jspecify.annotations.NullMarked;
