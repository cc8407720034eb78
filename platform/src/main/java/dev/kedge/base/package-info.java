/** What every package of the platform may use: failures, units, clocks, bounds on time. No I/O. */
@NullMarked
package dev.kedge.base;

import org.jspecify.annotations.NullMarked;
