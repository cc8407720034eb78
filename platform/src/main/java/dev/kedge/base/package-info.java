/** What every package of the platform may use: failures, units, clocks. No I/O. */
@NullMarked
package dev.kedge.base;

import org.jspecify.annotations.NullMarked;
