/**
 * Measurements and side-by-side runs that are no unit tests: benchmarks, client libraries against a
 * real server.
 */
@NullMarked
package dev.kedge.bench;

import org.jspecify.annotations.NullMarked;
